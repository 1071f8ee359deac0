namespace Ingester.Dashboard.Markets.Books;

/// <summary>One level of a ladder, with the digits of the exchange.</summary>
/// <param name="Price">Price in quote units.</param>
/// <param name="Size">Size in the exchange's unit.</param>
/// <param name="Total">Sum of the sizes from the best level to this one.</param>
/// <param name="IsUncertain">True beyond the depth of the snapshot: only levels that have changed since are known, and totals are too small.</param>
public sealed record LadderRow(string Price, string Size, string Total, bool IsUncertain);
