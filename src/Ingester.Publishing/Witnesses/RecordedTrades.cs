using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Publishing.Files;
using Ingester.Reading.Marking;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Publishing.Witnesses;

/// <summary>The trades or diffs of the store for a comparison, and what its proofs say of that time.</summary>
/// <param name="archive">The archive.</param>
/// <param name="stream">The stream of trades.</param>
/// <param name="hasIds">True if trades are joined by their ids.</param>
internal sealed class RecordedTrades(ArchiveReader archive, StreamId stream, bool hasIds)
{
    /// <summary>True as long as every window of the day is proven to be complete or quiet.</summary>
    public bool IsProven { get; private set; } = true;

    /// <summary>The trades of a day, and those shortly before and after it, which have <see cref="WitnessTrade.IsOutside"/>.</summary>
    /// <exception cref="WitnessException">A stored row is not a trade.</exception>
    /// <exception cref="ExpiredPeriodException">A part of the day has expired.</exception>
    public async IAsyncEnumerable<WitnessTrade> ReadAsync(long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await archive.Listing.Expired.RequireStoredAsync(stream, new(from, to), cancellation);
        var period = new Period(from - TradeJoin.Tolerance, to + TradeJoin.Tolerance);
        var journals = new JournalCache(archive, stream.Exchange, new HashSet<string>([stream.Market], StringComparer.Ordinal), period);
        await foreach (var item in new MarkedMerge(archive, journals, stream, period, variants: false).ReadAsync(cancellation))
            if (item.Kind == MarketEventKind.Row)
                yield return Convert(item) with { IsOutside = item.Micros < from || item.Micros >= to };
            else
                IsProven &= item.Kind == MarketEventKind.Reset || item.Micros >= to || Math.Max(item.Micros, item.EndMicros - 1) < from;
    }

    private WitnessTrade Convert(in MarketEvent item)
    {
        try
        {
            if (stream.Dataset == Dataset.Depth)
                return ConvertDiff(item);
            var row = TradeRow.Read(item.Row.Span);
            var (price, size) = (Number(row.Price), Number(row.Size));
            bool? isSell = row.Side.SequenceEqual("sell"u8) ? true : row.Side.SequenceEqual("buy"u8) ? false : null;
            return new(hasIds ? TradeKey.Of(row.Id) : TradeKey.OfContent(item.Micros, price, size, isSell), item.Micros, price, size, isSell, IsOffBook: !row.Type.IsEmpty);
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException)
        {
            throw new WitnessException($"A row of {item.Origin?.Key} cannot be compared: {error.Message}.", error);
        }
    }

    private static WitnessTrade ConvertDiff(in MarketEvent item)
    {
        if (item.Range is not { UpTo: >= 0 } range)
            throw new FormatException("a diff has no id");
        using var row = JsonDocument.Parse(item.Row);
        return new(new((UInt128)range.UpTo, IsNumber: true), item.Micros, 0, 0, null)
        {
            Content = LevelsHash.Of(JsonMarshal.GetRawUtf8Value(row.RootElement.GetProperty("bids")), JsonMarshal.GetRawUtf8Value(row.RootElement.GetProperty("asks"))),
        };
    }

    private static decimal Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out decimal number, out var used, text.IndexOfAny((byte)'e', (byte)'E') < 0 ? 'F' : 'E') && used == text.Length
            ? number
            : throw new FormatException($"'{System.Text.Encoding.UTF8.GetString(text)}' is not a number of at most 28 digits");
}
