"""The Lab: the views side by side over one session, with the bar above and the status line below."""
