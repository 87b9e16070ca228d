"""What has to hold however often it is tried: `make soak` tries it in full, the tests beside each module in small."""
