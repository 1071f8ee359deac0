using System.Globalization;
using Ingester.Core.Books;

namespace Ingester.Publishing.Files;

/// <summary>
/// The CSV files <c>book_snapshot_5</c> and <c>book_snapshot_25</c>: the best levels, level by level, the ask before the bid, whenever one of them has
/// changed, and when the book is known again. Fields of levels that the book does not have are empty.
/// </summary>
internal sealed class TopLevelsCsv(string path, FileHead head, int depth) : IBookFile
{
    private readonly CsvFile file = new(path, FileHead.Header + MakeHeader(depth));
    private readonly BookLevel[] bids = new BookLevel[depth];
    private readonly BookLevel[] asks = new BookLevel[depth];
    private (int Bids, int Asks) counts = (-1, -1);

    /// <inheritdoc/>
    public ValueTask WriteAsync(BookMessage message, CancellationToken cancellation)
    {
        if (message.Book is { } book && (Update(book) || message.IsFirst))
            Write(message);
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

    private static string MakeHeader(int depth) => string.Concat(Enumerable.Range(0, depth)
        .Select(rank => string.Create(CultureInfo.InvariantCulture, $",asks[{rank}].price,asks[{rank}].amount,bids[{rank}].price,bids[{rank}].amount")));

    /// <summary>Copies the best levels of a side; true if one of them has changed.</summary>
    private static bool Update(BookSide side, BookLevel[] levels, ref int count)
    {
        var now = Math.Min(side.Count, levels.Length);
        var changed = now != count;
        count = now;
        for (var rank = 0; rank < now; rank++)
            if (side[rank] is var level && level != levels[rank])
                (levels[rank], changed) = (level, true);
        return changed;
    }

    private bool Update(OrderBook book) => Update(book.Bids, bids, ref counts.Bids) | Update(book.Asks, asks, ref counts.Asks);

    private void Write(BookMessage message)
    {
        head.Write(file, message.Micros, message.LocalMicros);
        for (var rank = 0; rank < depth; rank++)
        {
            if (rank > 0)
                file.Append(","u8);
            WriteLevel(asks, counts.Asks, rank);
            file.Append(","u8);
            WriteLevel(bids, counts.Bids, rank);
        }

        file.EndRow();
    }

    private void WriteLevel(BookLevel[] levels, int count, int rank)
    {
        if (rank < count)
            file.Append(levels[rank].Price);
        file.Append(","u8);
        if (rank < count)
            file.Append(levels[rank].Size);
    }
}
