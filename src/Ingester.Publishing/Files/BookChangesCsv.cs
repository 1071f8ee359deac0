using Ingester.Core.Books;

namespace Ingester.Publishing.Files;

/// <summary>
/// The CSV file <c>incremental_book_L2</c>: one row per changed level. Rows of a snapshot have <c>is_snapshot</c> true; a reader that sees true after
/// false clears its book. Two snapshots in a row would look like one, so the second one is written as changes.
/// </summary>
internal sealed class BookChangesCsv(string path, FileHead head) : IBookFile
{
    private readonly CsvFile file = new(path, FileHead.Header + ",is_snapshot,side,price,amount");
    private readonly Dictionary<ExactDecimal, ExactDecimal> lastBids = []; // of the last snapshot
    private readonly Dictionary<ExactDecimal, ExactDecimal> lastAsks = [];
    private bool isLastRowOfSnapshot;

    /// <inheritdoc/>
    public ValueTask WriteAsync(BookMessage message, CancellationToken cancellation)
    {
        if (message.Book is not { } book)
            return ValueTask.CompletedTask;
        if (message.IsSnapshot)
        {
            var asChanges = isLastRowOfSnapshot;
            WriteSnapshot(message, asChanges, book.Bids, lastBids, "bid,"u8);
            WriteSnapshot(message, asChanges, book.Asks, lastAsks, "ask,"u8);
            return ValueTask.CompletedTask;
        }

        WriteDiff(message, message.Bids.Span, "bid,"u8);
        WriteDiff(message, message.Asks.Span, "ask,"u8);
        foreach (var level in message.RemovedBids)
            WriteRow(message, isSnapshot: false, "bid,"u8, level.Price, isRemoved: true, level.Size);
        foreach (var level in message.RemovedAsks)
            WriteRow(message, isSnapshot: false, "ask,"u8, level.Price, isRemoved: true, level.Size);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<FileContent> CompleteAsync(CancellationToken cancellation) => Task.FromResult(file.Complete());

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    private void WriteSnapshot(BookMessage message, bool asChanges, BookSide side, Dictionary<ExactDecimal, ExactDecimal> last, ReadOnlySpan<byte> name)
    {
        for (var rank = 0; rank < side.Count; rank++)
            if (!asChanges || !last.Remove(side[rank].Price, out var size) || size != side[rank].Size)
                WriteRow(message, !asChanges, name, side[rank].Price, isRemoved: false, side[rank].Size);
        foreach (var (price, size) in asChanges ? last : [])
            WriteRow(message, isSnapshot: false, name, price, isRemoved: true, size);
        last.Clear();
        for (var rank = 0; rank < side.Count; rank++)
            last[side[rank].Price] = side[rank].Size;
    }

    private void WriteDiff(BookMessage message, ReadOnlySpan<byte> levels, ReadOnlySpan<byte> name)
    {
        var reader = new LevelReader(levels);
        while (reader.Read())
        {
            isLastRowOfSnapshot = false;
            head.Write(file, message.Micros, message.LocalMicros);
            file.Append("false,"u8);
            file.Append(name);
            file.AppendNumber(reader.Price);
            file.Append(","u8);
            file.AppendNumber(reader.Size);
            file.EndRow();
        }
    }

    private void WriteRow(BookMessage message, bool isSnapshot, ReadOnlySpan<byte> name, ExactDecimal price, bool isRemoved, ExactDecimal size)
    {
        isLastRowOfSnapshot = isSnapshot;
        head.Write(file, message.Micros, message.LocalMicros);
        file.Append(isSnapshot ? "true,"u8 : "false,"u8);
        file.Append(name);
        file.Append(price);
        file.Append(","u8);
        if (isRemoved)
            file.Append("0"u8);
        else
            file.Append(size);
        file.EndRow();
    }
}
