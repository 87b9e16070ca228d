"""JavaScript that the tests run in a page with a notebook in it."""

KERNEL_IS_READY = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.context?.isReady && panel.sessionContext?.session?.kernel?.status === 'idle';
}"""

RUN_ALL = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
    return Array.from(panel.content.model.cells)
        .filter(cell => cell.type === 'code')
        .map(cell => ({
            source: cell.sharedModel.getSource(),
            count: cell.executionCount,
            errors: cell.outputs.toJSON().filter(output => output.output_type === 'error')
        }));
}"""
