using Ingester.Core.Keys;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Paper.Journal;

/// <summary>Reads and writes the blocks of journals. A block is never replaced.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">Prefix of all keys.</param>
/// <param name="clock">The clock for delays between attempts.</param>
internal sealed class JournalStore(IObjectStore store, string prefix, TimeProvider clock)
{
    /// <summary>The largest block that is read, in bytes.</summary>
    private const int MaxBlockBytes = 256 << 20;

    private readonly ResiliencePipeline<bool> retry = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<bool>());

    /// <summary>Lists the runs that have a journal, in ordinal order.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<IReadOnlyList<string>> ListRunsAsync(CancellationToken cancellation)
    {
        var runs = new List<string>();
        await foreach (var folder in store.ListFoldersAsync(RunJournalKey.Runs(prefix), cancellation))
            if (KeyEncoding.DecodeLabel(folder, "run=") is { } run)
                runs.Add(run);
        return runs;
    }

    /// <summary>Lists the numbers of the blocks of a run, ascending.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<IReadOnlyList<int>> ListBlocksAsync(string run, CancellationToken cancellation)
    {
        var folder = RunJournalKey.Run(prefix, run);
        var numbers = new List<int>();
        await foreach (var found in store.ListAsync(folder, cancellation))
            if (RunJournalKey.ParseNumber(found.Key[folder.Length..]) is { } number)
                numbers.Add(number);
        return numbers;
    }

    /// <summary>The key of a block, for messages.</summary>
    public string KeyOf(string run, int number) => RunJournalKey.Block(prefix, run, number);

    /// <summary>Writes a block, unless one with its number exists.</summary>
    /// <returns>True if it was written, false if the same block exists already.</returns>
    /// <exception cref="JournalException">Another block with this number exists.</exception>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<bool> WriteAsync(string run, JournalBlock block, CancellationToken cancellation)
    {
        var key = KeyOf(run, block.Number);
        var metadata = new ObjectMetadata(RowCompression.Hash(block.Text), block.Lines, ObjectMetadata.FormatVersion);
        if (await retry.ExecuteAsync(async token => await store.PutAsync(key, block.Text, metadata, token) == PutOutcome.Stored, cancellation))
            return true;
        var text = new byte[block.Text.Length];
        block.Text.CopyTo(text);
        return (await ReadAsync(run, block.Number, cancellation)).AsSpan().SequenceEqual(text) ? false : throw new JournalException(
            $"{key} exists with other content: another instance writes the run {run}, or its inputs or settings have changed since. Choose another name with --run.");
    }

    /// <summary>Reads the text of a block.</summary>
    /// <exception cref="JournalException">The block does not exist, or it is too large.</exception>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<byte[]> ReadAsync(string run, int number, CancellationToken cancellation)
    {
        var key = KeyOf(run, number);
        Stream? body = null;
        await retry.ExecuteAsync(async token => (body = await store.GetAsync(key, token)) is not null, cancellation);
        if (body is null)
            throw new JournalException($"{key} does not exist.");
        await using var content = body;
        using var text = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
            if (text.Length + read > MaxBlockBytes)
                throw new JournalException($"{key} is larger than {MaxBlockBytes} bytes.");
            else
                text.Write(buffer, 0, read);
        return text.ToArray();
    }
}
