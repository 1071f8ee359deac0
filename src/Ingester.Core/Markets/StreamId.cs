namespace Ingester.Core.Markets;

/// <summary>The unit of ordering, sequencing, buffering and naming.</summary>
/// <param name="Dataset">A streamed dataset.</param>
/// <param name="Exchange">The exchange's name, such as <c>binance-us</c>.</param>
/// <param name="Market">The market's canonical name, such as <c>BTC-USDT</c>.</param>
public sealed record StreamId(Dataset Dataset, string Exchange, string Market)
{
    /// <summary><c>dataset/exchange/market</c>, as logs and rendezvous hashing use it.</summary>
    public string Text { get; } = $"{Dataset.Name()}/{Exchange}/{Market}";

    /// <inheritdoc/>
    public override string ToString() => Text;
}
