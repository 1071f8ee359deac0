namespace Ingester.Exchanges.Binance;

/// <summary>Kind of an event of the Binance family.</summary>
internal enum BinanceEventKind : byte
{
    /// <summary>An event that this decoder does not know.</summary>
    Unknown,

    /// <summary>An event of a channel that is not subscribed.</summary>
    Unasked,

    /// <summary><c>trade</c>.</summary>
    Trade,

    /// <summary><c>aggTrade</c>.</summary>
    AggTrade,

    /// <summary><c>depthUpdate</c>.</summary>
    Depth,

    /// <summary><c>serverShutdown</c>.</summary>
    ServerShutdown,
}
