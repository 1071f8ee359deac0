using System.ComponentModel.DataAnnotations;

namespace Ingester.Paper.History;

/// <summary>The price history before the first decision (<c>Paper:History</c>).</summary>
internal sealed class HistoryOptions
{
    /// <summary>The smallest number of points with which the averages are meaningful: fewer are refused.</summary>
    public const int MinPoints = 100;

    /// <summary>How many days of bars are read. Default 30.</summary>
    [Range(1, 366)]
    public int Days { get; set; } = 30;

    /// <summary>
    /// Hours before the start of the run of which bars are computed from the recorded trades where <c>ingester derive</c> has not stored them. Default 24; zero reads
    /// stored bars only.
    /// </summary>
    [Range(0, 240)]
    public int ComputeHours { get; set; } = 24;
}
