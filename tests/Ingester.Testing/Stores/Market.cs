namespace Ingester.Testing.Stores;

/// <summary>The one market of a generated store.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="Pair">The market.</param>
/// <param name="Numbered">True for consecutive ids, which show that events are missing.</param>
internal sealed record Market(string Dataset, string Exchange, string Pair, bool Numbered)
{
    /// <summary>True for ids that grow but are not consecutive: they identify trades, but do not show that events are missing.</summary>
    public bool Skips { get; init; }

    /// <summary>True if rows and keys have ids.</summary>
    public bool HasIds => Numbered || Skips;
}
