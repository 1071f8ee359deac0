namespace Ingester.Commands;

/// <summary>Shows the progress of a long command on standard error: nothing in the first interval, then one line that is overwritten.</summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private readonly Func<string> text;
    private readonly ITimer timer;
    private bool shown;

    /// <summary>Starts the progress display.</summary>
    public ProgressLine(TimeSpan interval, Func<string> text)
    {
        this.text = text;
        timer = TimeProvider.System.CreateTimer(_ => Show(), null, interval, interval);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        if (shown && !Console.IsErrorRedirected)
            await Console.Error.WriteAsync("\r\u001b[K");
        shown = false;
    }

    private void Show()
    {
        shown = true;
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(text());
        else
            Console.Error.Write($"\r\u001b[K{text()} …");
    }
}
