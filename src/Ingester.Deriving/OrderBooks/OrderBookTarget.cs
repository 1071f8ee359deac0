namespace Ingester.Deriving.OrderBooks;

/// <summary>A market whose books are also written in the layout of order-book collectors. Its keys name neither the exchange nor the market, so each market has a folder of its own.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The canonical name of the market.</param>
/// <param name="Folder">The folder. Default: <c>orderbook</c>.</param>
internal sealed record OrderBookTarget(string Exchange, string Market, string Folder = OrderBookTarget.DefaultFolder)
{
    /// <summary>The folder that order-book collectors use.</summary>
    public const string DefaultFolder = "orderbook";

    /// <summary>Parses <c>binance=BTC-USDT</c> or <c>binance=ETH-USDT@folder</c>; null for any other text. A folder has lower-case letters, digits and dashes.</summary>
    public static OrderBookTarget? Parse(string text)
    {
        if (text.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals))
            return null;
        var at = text.LastIndexOf('@');
        var folder = at > equals ? text[(at + 1)..] : DefaultFolder;
        var market = at > equals ? text[(equals + 1)..at] : text[(equals + 1)..];
        return market.Length > 0 && !market.AsSpan().ContainsAny('*', '?') && folder.Length > 0 && folder.All(static letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
            ? new(text[..equals], market, folder)
            : null;
    }
}
