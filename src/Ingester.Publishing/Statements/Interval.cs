namespace Ingester.Publishing.Statements;

/// <summary>A time with a verdict.</summary>
/// <param name="From">Its start, microseconds UTC.</param>
/// <param name="To">Its end, exclusive.</param>
/// <param name="Verdict"><c>disputed</c>, <c>partial</c> or <c>missing</c>.</param>
internal sealed record Interval(long From, long To, string Verdict);
