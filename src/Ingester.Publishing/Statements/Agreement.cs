namespace Ingester.Publishing.Statements;

/// <summary>How far the replicas recorded the same rows.</summary>
/// <param name="Equal">Windows that at least two replicas recorded whole, with the same rows.</param>
/// <param name="Different">Windows that at least two replicas recorded whole, with different rows.</param>
/// <param name="Single">Windows that one replica recorded whole.</param>
/// <param name="Variants">Objects below <c>variants/</c>.</param>
/// <param name="Divergent">Objects below <c>divergent/</c>.</param>
internal sealed record Agreement(int Equal, int Different, int Single, int Variants, int Divergent)
{
    /// <summary>The sums.</summary>
    public static Agreement Sum(IEnumerable<Agreement> all) => all.Aggregate(new Agreement(0, 0, 0, 0, 0), static (sum, one) =>
        new(sum.Equal + one.Equal, sum.Different + one.Different, sum.Single + one.Single, sum.Variants + one.Variants, sum.Divergent + one.Divergent));
}
