namespace Ingester.Publishing.Witnesses;

/// <summary>A trade, or a diff of a book, as one of two sources states it: the store, or a file that the exchange publishes.</summary>
/// <param name="Key">What the two sources are joined by.</param>
/// <param name="Micros">Exchange time, microseconds since 1970 UTC.</param>
/// <param name="Price">The price.</param>
/// <param name="Size">The size, in the unit of the exchange.</param>
/// <param name="IsSell">True if the aggressor sold; null if the source does not say it.</param>
/// <param name="IsOffBook">True for a trade of the store that was not matched in the order book, which exchanges leave out of their files.</param>
/// <param name="IsOutside">True for a trade outside of the published day: it may have a counterpart, and is not missing if it has none.</param>
/// <param name="IsSnapshot">True for a snapshot in a file, which holds a complete book in place of a diff: its counterpart has other content, and it is not missing if it has none.</param>
internal readonly record struct WitnessTrade(TradeKey Key, long Micros, decimal Price, decimal Size, bool? IsSell, bool IsOffBook = false, bool IsOutside = false, bool IsSnapshot = false)
{
    /// <summary>The levels of a diff, see <see cref="LevelsHash"/>; zero for a trade.</summary>
    public UInt128 Content { get; init; }
}
