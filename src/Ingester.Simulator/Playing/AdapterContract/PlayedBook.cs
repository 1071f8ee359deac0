using System.Globalization;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Playing.AdapterContract;

/// <summary>The book of a stream at one moment of the recording.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Book">The book.</param>
/// <param name="LastId">The last id that the book contains; zero without a sequence.</param>
/// <param name="Micros">Exchange time of the last diff, microseconds UTC; zero without one.</param>
internal sealed record PlayedBook(Subscription Stream, OrderBook Book, long LastId, long Micros)
{
    /// <summary>The facts of the exchange.</summary>
    public required ExchangeProfile Profile { get; init; }

    /// <summary>What the recording says about its channels.</summary>
    public required ChannelTable Channels { get; init; }

    /// <summary>The exchange's own symbol.</summary>
    public string Symbol => Stream.Market.Symbol;

    /// <summary>The exchange's name of the channel.</summary>
    public string Channel => Profile.ChannelOf(Stream.Dataset);

    /// <summary>Exchange time in milliseconds.</summary>
    public long Millis => Micros / 1_000;

    /// <summary>The bids as the inner part of a JSON array, best first.</summary>
    /// <param name="format">A level: <c>{0}</c> is the price, <c>{1}</c> the size.</param>
    public string Bids(string format) => Levels(Book.Bids, format);

    /// <summary>The asks as the inner part of a JSON array, best first.</summary>
    /// <param name="format">A level: <c>{0}</c> is the price, <c>{1}</c> the size.</param>
    public string Asks(string format) => Levels(Book.Asks, format);

    /// <summary>A time as text: <c>2025-10-25T00:00:00.123456Z</c>.</summary>
    public static string ToText(long micros) => Core.Time.Micros.ToDateTime(micros).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Levels(BookSide side, string format)
    {
        var parsed = System.Text.CompositeFormat.Parse(format);
        return string.Join(',', side.BestFirst.Select(level => string.Format(CultureInfo.InvariantCulture, parsed, level.Price, level.Size)));
    }
}
