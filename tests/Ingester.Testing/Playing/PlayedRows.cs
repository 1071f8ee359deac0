using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;

namespace Ingester.Testing.Playing;

/// <summary>
/// The rows that a recorder must store for a recording: each event once, in the order of the frames. Trades that the exchange replays after a subscription are not expected. If
/// it sends complete books and no diffs, each changed book is one row.
/// </summary>
internal sealed class PlayedRows : IEventSink
{
    /// <summary>The field of a row whose message has no time.</summary>
    public const string NoTime = "\"ts\":0,";

    private readonly Dictionary<(Dataset Dataset, string Symbol), List<string>> rows = [];
    private readonly Dictionary<(Dataset Dataset, string Symbol), long> cursors = [];
    private readonly Dictionary<string, string> books = new(StringComparer.Ordinal);
    private bool areBooksEvents;

    /// <summary>The rows of each stream.</summary>
    public IReadOnlyDictionary<(Dataset Dataset, string Symbol), List<string>> Rows => rows;

    /// <summary>Reads a recording of one connection.</summary>
    public static async Task<PlayedRows> ReadAsync(IExchange exchange, string path, CancellationToken cancel)
    {
        var (decoder, found) = (exchange.CreateDecoder(), new PlayedRows { areBooksEvents = exchange.Profile.BookDataset == Dataset.Snapshots });
        await foreach (var batch in new RecordingFile(path).ReadAsync(cancel))
            foreach (var frame in batch)
                decoder.Decode(frame.Bytes.Span, found);
        return found;
    }

    /// <inheritdoc/>
    void IEventSink.OnTrade(in TradeEvent trade)
    {
        var stream = (trade.IsAggregated ? Dataset.AggTrades : Dataset.Trades, Encoding.UTF8.GetString(trade.Symbol));
        if (!IsNew(stream, trade.Range?.UpTo) || trade.IsReplayed)
            return;
        var type = trade.Type.IsEmpty ? "" : $",\"type\":\"{Encoding.UTF8.GetString(trade.Type)}\"";
        Add(stream, $"{{\"id\":\"{Encoding.UTF8.GetString(trade.Id)}\",\"ts\":{trade.Micros},\"side\":\"{(trade.TakerSells ? "sell" : "buy")}\",\"price\":\"{Encoding.UTF8.GetString(trade.Price)}\",\"size\":\"{Encoding.UTF8.GetString(trade.Size)}\"{type}}}");
    }

    /// <inheritdoc/>
    void IEventSink.OnDiff(in DepthEvent diff)
    {
        var stream = (Dataset.Depth, Encoding.UTF8.GetString(diff.Symbol));
        if (!IsNew(stream, diff.Range?.UpTo))
            return;
        var range = diff.Range is { } ids ? $"\"after\":{ids.After},\"upto\":{ids.UpTo}," : "";
        Add(stream, $"{{\"ts\":{diff.Micros?.ToString() ?? "-"},{range}\"bids\":{Encoding.UTF8.GetString(diff.Bids)},\"asks\":{Encoding.UTF8.GetString(diff.Asks)}}}");
    }

    /// <inheritdoc/>
    void IEventSink.OnSnapshot(in DepthEvent book)
    {
        if (!areBooksEvents)
            return; // snapshots are objects of their own
        var (symbol, levels) = (Encoding.UTF8.GetString(book.Symbol), $"\"bids\":{Encoding.UTF8.GetString(book.Bids)},\"asks\":{Encoding.UTF8.GetString(book.Asks)}");
        if (books.TryGetValue(symbol, out var last) && last == levels)
            return; // unchanged
        books[symbol] = levels;
        Add((Dataset.Snapshots, symbol), $"{{\"ts\":{book.Micros?.ToString() ?? "-"},{levels}}}");
    }

    /// <inheritdoc/>
    void IEventSink.OnNotice(in Notice notice)
    {
        // No rows.
    }

    /// <summary>A row in the form in which it is compared: without the mark of its time, without a time that is not the exchange's, and without the fields of snapshots.</summary>
    public static string Comparable(ReadOnlyMemory<byte> row, bool hasTime)
    {
        using var document = JsonDocument.Parse(row);
        var fields = document.RootElement.EnumerateObject().Where(field => field.Name is not ("time" or "levels" or "reason") && (hasTime || field.Name != "ts")).Select(field => field.Value.GetRawText());
        return string.Join('|', fields);
    }

    private bool IsNew((Dataset, string) stream, long? upTo)
    {
        if (upTo is not { } id)
            return true;
        if (cursors.TryGetValue(stream, out var last) && id <= last)
            return false;
        cursors[stream] = id;
        return true;
    }

    private void Add((Dataset, string) stream, string row)
    {
        if (!rows.TryGetValue(stream, out var list))
            rows.Add(stream, list = []);
        list.Add(row.Replace("\"ts\":-,", NoTime, StringComparison.Ordinal));
    }
}
