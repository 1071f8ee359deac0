using System.ComponentModel.DataAnnotations;

namespace Ingester.Core.Time;

/// <summary>The window length of matching streams.</summary>
public sealed class WindowRule
{
    /// <summary>Pattern of exchange names; <c>*</c> and <c>?</c> are wildcards. Default: all.</summary>
    [Required]
    public string Exchange { get; set; } = "*";

    /// <summary>Pattern of canonical market names; <c>*</c> and <c>?</c> are wildcards. Default: all.</summary>
    [Required]
    public string Market { get; set; } = "*";

    /// <summary>The length of the window in minutes, a divisor of 60. Default 1.</summary>
    [AllowedValues(1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)]
    public int Minutes { get; set; } = 1;

    /// <summary>UTC hour of the first window to which the rule applies; empty means always.</summary>
    public DateTimeOffset? From { get; set; }
}
