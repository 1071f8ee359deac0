using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>A whole book as an exchange answered it over REST.</summary>
/// <param name="UpTo">The last id of the depth sequence that it contains.</param>
/// <param name="Micros">Its time, microseconds UTC; null where the answer has none.</param>
/// <param name="Bids">The bids, <c>[["price","size"],…]</c>, with the digits of the wire.</param>
/// <param name="Asks">The asks.</param>
internal sealed record FetchedBook(long UpTo, long? Micros, byte[] Bids, byte[] Asks);

/// <summary>Reads a whole book.</summary>
/// <exception cref="System.Text.Json.JsonException">The body is not as the exchange promises; the message says what and where.</exception>
internal delegate FetchedBook ReadBook(ReadOnlySpan<byte> body);

/// <summary>A depth that may be asked for, and what that weighs.</summary>
/// <param name="Levels">Levels a side.</param>
/// <param name="Weight">Its weight of <see cref="ExchangeProfile.Requests"/>.</param>
internal readonly record struct BookDepth(int Levels, int Weight);

/// <summary>How whole books are fetched from an exchange that does not send them in band.</summary>
internal sealed record BookSource
{
    /// <summary>Where the book of a market is asked for, so many levels a side.</summary>
    public required Func<Market, int, Uri> Address { get; init; }

    /// <summary>Reads the answer.</summary>
    public required ReadBook Read { get; init; }

    /// <summary>The depths that may be asked for, the shallowest first.</summary>
    public required IReadOnlyList<BookDepth> Depths { get; init; }

    /// <summary>The depth that is asked for unless the user says otherwise.</summary>
    public required int Levels { get; init; }

    /// <summary>The shallowest depth that reaches so many levels; null where the exchange offers none.</summary>
    public BookDepth? Reaching(int levels)
    {
        foreach (var depth in Depths)
            if (depth.Levels >= levels)
                return depth;
        return null;
    }
}
