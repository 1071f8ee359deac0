using Ingester.Errors;

namespace Ingester.Commands;

/// <summary>Writes JSON lines to standard output. A closed pipe (such as <c>head</c>) ends the command with exit code 1.</summary>
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
            throw new CommandException($"The output is closed: {closed.Message}", closed) { ExitCode = ExitCodes.Failed };
        }
    }

    /// <summary>Flushes the buffer.</summary>
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
            // The reader is gone; the failed write has already reported it.
        }
    }
}
