namespace Ingester.Core.Markets;

/// <summary>What an exchange's market list says about a market.</summary>
internal enum MarketState : byte
{
    /// <summary>Ordinary trading.</summary>
    Trading,

    /// <summary>Anything else that is not the end: trading is paused, restricted, or has not begun. Its book may still change.</summary>
    Halted,

    /// <summary>Gone for good: a terminal status, or the exchange does not list it any more.</summary>
    Delisted,
}

/// <summary>The names of states as rows carry them.</summary>
internal static class MarketStateNames
{
    /// <summary><c>trading</c>, <c>halted</c> or <c>delisted</c>.</summary>
    public static string Name(this MarketState state) => state switch
    {
        MarketState.Trading => "trading",
        MarketState.Halted => "halted",
        _ => "delisted",
    };
}

/// <summary>A market with what the exchange's list says about it.</summary>
/// <param name="Market">The market.</param>
/// <param name="Status">The exchange's own word; null where its list does not have the market any more.</param>
/// <param name="State">What that means.</param>
internal sealed record ListedMarket(Market Market, string? Status, MarketState State);

/// <summary>An entry of a market list that cannot be read and is left out.</summary>
/// <param name="Name">What names it: its symbol, else the beginning of its text.</param>
/// <param name="Symbol">Its symbol; null where that cannot be read.</param>
/// <param name="State">What its status means; null where that cannot be read.</param>
/// <param name="Reason">What is wrong, in a sentence.</param>
internal sealed record UnreadableEntry(string Name, string? Symbol, MarketState? State, string Reason);

/// <summary>A market list.</summary>
/// <param name="Markets">Every market that can be read, whatever its state, by symbol.</param>
/// <param name="LeftOut">Every entry that cannot.</param>
internal sealed record MarketListing(IReadOnlyList<ListedMarket> Markets, IReadOnlyList<UnreadableEntry> LeftOut)
{
    /// <summary>Those that are recorded: trading or halted.</summary>
    public IEnumerable<Market> Recordable => Markets.Where(listed => listed.State != MarketState.Delisted).Select(listed => listed.Market);
}
