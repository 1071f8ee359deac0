using Ingester.Core.Time;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>Decides when hours are audited again. Hours that are over, stored and proven are final.</summary>
internal static class RefreshRule
{
    /// <summary>Time after which late objects are rare. Recorders store a window within minutes; a spool after an outage can be later.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMinutes(15);

    /// <summary>How long the repeated repair of a deployment (<c>ingester repair --last 26h</c>) may still close gaps.</summary>
    private static readonly TimeSpan RepairTime = TimeSpan.FromHours(26);

    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseWhileRepaired = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterRepair = TimeSpan.FromMinutes(10);

    /// <summary>An audit pauses at least this many times as long as it took: audits of a large store use at most a sixth of a processor.</summary>
    private const int PausePerDuration = 5;

    /// <summary>True when the hours of a block ended so long ago that the repeated repair no longer covers them, or when the block is final: after a restart it is shown from the cache.</summary>
    public static bool IsLasting(AuditBlock block) =>
        !block.IsStoreFailure && (NextAudit(block) is null || block.AuditedAt - Micros.ToDateTime(block.Key.EndMicros) >= RepairTime);

    /// <summary>When a block is audited again; null when it is final.</summary>
    public static DateTimeOffset? NextAudit(AuditBlock block)
    {
        var pause = block.Duration * PausePerDuration;
        var age = block.AuditedAt - Micros.ToDateTime(block.Key.EndMicros);
        if (age >= SettleTime && !block.HasFindings)
            return null;
        var least = age < SettleTime || block.IsStoreFailure ? MinPause : age < RepairTime ? PauseWhileRepaired : PauseAfterRepair;
        return block.AuditedAt + (pause > least ? pause : least);
    }
}
