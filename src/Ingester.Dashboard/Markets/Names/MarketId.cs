namespace Ingester.Dashboard.Markets.Names;

/// <summary>One market of one exchange.</summary>
/// <param name="Exchange">The exchange's name, such as <c>binance</c>.</param>
/// <param name="Market">The market's canonical name, such as <c>BTC-USDT</c>. It may contain any characters.</param>
public sealed record MarketId(string Exchange, string Market)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Exchange} {Market}";
}
