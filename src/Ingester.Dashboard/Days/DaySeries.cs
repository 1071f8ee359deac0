namespace Ingester.Dashboard.Days;

/// <summary>One line or row of bars of a chart.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Points">The value of each day, oldest first; null where it is not known.</param>
public sealed record DaySeries(string Name, IReadOnlyList<(DateOnly Day, double? Value)> Points);
