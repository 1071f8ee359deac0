using Ingester.Core.Books;

namespace Ingester.Publishing.Files;

/// <summary>The CSV file <c>quotes</c>: a row whenever the price or the size of the best ask or the best bid has changed, and when the book is known again.</summary>
internal sealed class QuoteCsv(string path, FileHead head) : IBookFile
{
    private readonly CsvFile file = new(path, FileHead.Header + ",ask_amount,ask_price,bid_price,bid_amount");
    private BookLevel? lastBid;
    private BookLevel? lastAsk;

    /// <inheritdoc/>
    public ValueTask WriteAsync(BookMessage message, CancellationToken cancellation)
    {
        if (message.Book is not { } book || (!message.IsFirst && book.Bids.Best == lastBid && book.Asks.Best == lastAsk))
            return ValueTask.CompletedTask;
        (lastBid, lastAsk) = (book.Bids.Best, book.Asks.Best);
        head.Write(file, message.Micros, message.LocalMicros);
        if (lastAsk is { } ask)
            file.Append(ask.Size);
        file.Append(","u8);
        if (lastAsk is { } offered)
            file.Append(offered.Price);
        file.Append(","u8);
        if (lastBid is { } bid)
            file.Append(bid.Price);
        file.Append(","u8);
        if (lastBid is { } wanted)
            file.Append(wanted.Size);
        file.EndRow();
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
}
