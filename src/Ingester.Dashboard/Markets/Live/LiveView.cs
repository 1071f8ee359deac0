using Ingester.Dashboard.Markets.Books;
using Ingester.Dashboard.Markets.Trades;

namespace Ingester.Dashboard.Markets.Live;

/// <summary>What the live stream shows of a market now. Immutable.</summary>
/// <param name="IsConnected">True while a recorder sends.</param>
/// <param name="Sentence">What the stream does, or why there are no live values.</param>
/// <param name="Trade">The last trade that was received; null before the first.</param>
/// <param name="Trades">Number of trades that were received.</param>
/// <param name="Book">The book; null while it is not known.</param>
/// <param name="BookSentence">Why the book is not known; null while it is known.</param>
public sealed record LiveView(bool IsConnected, string Sentence, TradeView? Trade, long Trades, BookPicture? Book, string? BookSentence)
{
    /// <summary>No recorder is given.</summary>
    public static LiveView Off { get; } = new(IsConnected: false, "No recorder is given with --recorders: values come from the store.", null, 0, null, null);

    /// <summary>A view without values.</summary>
    /// <param name="sentence">Why there are none.</param>
    public static LiveView Without(string sentence) => new(IsConnected: false, sentence, null, 0, null, null);
}
