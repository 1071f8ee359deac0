namespace Ingester.Core.Markets;

/// <summary>Identifies a stream: the unit of ordering, sequencing, buffering and naming.</summary>
/// <param name="Dataset">A streamed dataset.</param>
/// <param name="Exchange">The exchange's name, such as <c>binance-us</c>.</param>
/// <param name="Market">The market's canonical name, such as <c>BTC-USDT</c>.</param>
public sealed record StreamId(Dataset Dataset, string Exchange, string Market)
{
    private string? text;

    // A copy made by "with" is modified afterwards, so it computes its own text.
    private StreamId(StreamId other) => (Dataset, Exchange, Market) = (other.Dataset, other.Exchange, other.Market);

    /// <summary><c>dataset/exchange/market</c>, as used in logs and in rendezvous hashing.</summary>
    public string Text => text ??= $"{Dataset.Name()}/{Exchange}/{Market}";

    /// <summary>True when dataset, exchange and market are the same.</summary>
    public bool Equals(StreamId? other) =>
        other is not null && Dataset == other.Dataset && Exchange == other.Exchange && Market == other.Market;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Dataset, Exchange, Market);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
