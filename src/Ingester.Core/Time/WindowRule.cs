using System.ComponentModel.DataAnnotations;

namespace Ingester.Core.Time;

/// <summary>How long the windows of some streams are.</summary>
public sealed class WindowRule
{
    /// <summary>Exchange names, <c>*</c> and <c>?</c> allowed. Default: all.</summary>
    [Required]
    public string Exchange { get; set; } = "*";

    /// <summary>Canonical market names, <c>*</c> and <c>?</c> allowed. Default: all.</summary>
    [Required]
    public string Market { get; set; } = "*";

    /// <summary>The length in minutes, a divisor of 60. Default 1.</summary>
    [AllowedValues(1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)]
    public int Minutes { get; set; } = 1;

    /// <summary>The rule counts for windows that start at this UTC hour or later; empty means always.</summary>
    public DateTimeOffset? From { get; set; }
}
