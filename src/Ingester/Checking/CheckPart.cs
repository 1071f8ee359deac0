namespace Ingester.Checking;

/// <summary>One part of a check with its verdict.</summary>
/// <param name="Name">What was checked: <c>market list</c>, <c>connections</c>, <c>subscriptions</c>, <c>frames</c>, a dataset, <c>books</c>, <c>recorder</c>.</param>
/// <param name="Verdict">The result.</param>
/// <param name="Reasons">Why it did not pass, one sentence each; empty when it passed.</param>
internal sealed record CheckPart(string Name, CheckVerdict Verdict, IReadOnlyList<string> Reasons)
{
    /// <summary>The part with these failures and, when there is none, these obstacles to a judgement.</summary>
    public static CheckPart Of(string name, IEnumerable<string?> failures, IEnumerable<string?> obstacles)
    {
        var (failed, open) = (failures.OfType<string>().ToList(), obstacles.OfType<string>().ToList());
        return new(name, failed.Count > 0 ? CheckVerdict.Failed : open.Count > 0 ? CheckVerdict.Unjudged : CheckVerdict.Passed, [.. failed, .. open]);
    }
}
