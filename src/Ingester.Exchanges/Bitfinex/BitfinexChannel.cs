using System.Text;

namespace Ingester.Exchanges.Bitfinex;

/// <summary>One subscription of a connection, by its <c>chanId</c>.</summary>
/// <param name="Content">What it carries.</param>
/// <param name="Name">The channel's name.</param>
/// <param name="Symbol">The symbol; empty when the exchange names none.</param>
/// <param name="Levels">Levels per side of a book.</param>
internal sealed record BitfinexChannel(BitfinexContent Content, byte[] Name, byte[] Symbol, int Levels)
{
    /// <summary>False after the exchange has confirmed the end of the subscription.</summary>
    public bool IsSubscribed { get; set; } = true;

    /// <summary>True when the exchange confirms the same subscription again.</summary>
    public bool Is(BitfinexContent content, ReadOnlySpan<byte> name, ReadOnlySpan<byte> symbol, int levels) =>
        content == Content && levels == Levels && name.SequenceEqual(Name) && symbol.SequenceEqual(Symbol);

    /// <summary>True for the current subscription of a stream.</summary>
    public bool Carries(string name, string symbol) => IsSubscribed && Encoding.UTF8.GetString(Name) == name && Encoding.UTF8.GetString(Symbol) == symbol;
}

/// <summary>What a channel of a connection carries.</summary>
internal enum BitfinexContent : byte
{
    /// <summary>Data that is not read: tickers, candles, statuses, and books of single orders (<c>R0</c>).</summary>
    Other,

    /// <summary>Trades.</summary>
    Trades,

    /// <summary>A book of price levels.</summary>
    Book,
}
