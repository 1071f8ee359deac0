using System.Globalization;
using Ingester.Core.Status;
using Ingester.Core.Time;

namespace Ingester.Dashboard.Now;

/// <summary>An open gap of one replica.</summary>
/// <param name="Replica">The replica's name.</param>
/// <param name="Gap">The gap.</param>
public sealed record OpenGapRow(string Replica, GapState Gap)
{
    /// <summary>Identifies the row while its values change.</summary>
    public string Key => $"{Replica}/{Gap.Id}";

    /// <summary>The day of the gap on the completeness map.</summary>
    public string Link
    {
        get
        {
            var day = DateOnly.FromDateTime(Micros.ToDateTime(Gap.From));
            return string.Create(CultureInfo.InvariantCulture,
                $"completeness/{Uri.EscapeDataString(Gap.Exchange)}/{Uri.EscapeDataString(Gap.Dataset)}/{Uri.EscapeDataString(Gap.Pair)}/{day:yyyy-MM-dd}");
        }
    }
}
