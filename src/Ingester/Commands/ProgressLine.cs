namespace Ingester.Commands;

/// <summary>Says on the error stream how far a long command is: nothing in the first interval, then a line that is written over.</summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private readonly Func<string> text;
    private readonly ITimer timer;
    private bool shown;

    /// <summary>Begins to show progress.</summary>
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
