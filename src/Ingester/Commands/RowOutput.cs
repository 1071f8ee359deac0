namespace Ingester.Commands;

/// <summary>JSON lines on the standard output. A reader that has seen enough (such as <c>head</c>) ends the command like a stop.</summary>
internal sealed class RowOutput : IAsyncDisposable
{
    private const int BufferSize = 1 << 16;
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    private readonly BufferedStream output = new(Console.OpenStandardOutput(), BufferSize);

    /// <summary>Writes one line.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> line, CancellationToken cancel)
    {
        try
        {
            await output.WriteAsync(line, cancel);
            await output.WriteAsync(LineEnd, cancel);
        }
        catch (IOException closed)
        {
            throw new CommandException($"The output is closed: {closed.Message}", closed) { ExitCode = CommandRunner.Failed };
        }
    }

    /// <summary>Shows what was written so far.</summary>
    public Task FlushAsync(CancellationToken cancel) => output.FlushAsync(cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await output.DisposeAsync();
        }
        catch (IOException)
        {
            // Nobody reads any more, and the write before has said so.
        }
    }
}
