using Ingester.Core.Time;
using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>A store with its auditor, and a clock that moves by hand.</summary>
internal sealed class AuditedDays : IDisposable
{
    /// <summary>The day of <see cref="Replica.T0"/>.</summary>
    public static readonly DateOnly Day = new(2025, 10, 25);

    /// <summary>The id of the trade at midnight.</summary>
    public const long FirstId = 1_000_000;

    public AuditedDays(MemoryStore store, TimeSpan sinceMidnight)
    {
        Store = store;
        Clock = new(Micros.ToDateTime(Replica.T0) + sinceMidnight);
        Access = new(store, Clock);
        Auditor = new(Access, Clock, NullLogger<CompletenessAuditor>.Instance);
    }

    public MemoryStore Store { get; }

    public ManualClock Clock { get; }

    public ArchiveAccess Access { get; }

    public CompletenessAuditor Auditor { get; }

    /// <summary>Audits everything that is due, and returns the day.</summary>
    public async Task<DayReport> ReadAsync(DateOnly? day = null)
    {
        Auditor.Get(day ?? Day);
        while (await Auditor.RunOnceAsync(CancellationToken.None))
        {
            // Everything that is due.
        }

        return Auditor.Get(day ?? Day);
    }

    /// <summary>A replica that records a trade each second of some minutes of the day. Ids are the seconds since midnight, after <see cref="FirstId"/>.</summary>
    public void Record(string name, int fromMinute, int toMinute, Func<long, bool>? skip = null)
    {
        using var replica = new Replica(Store, name) { ProcessStart = 10_000 + fromMinute };
        replica.ConnectAt(Replica.T0 + fromMinute * Replica.Minute);
        for (var second = fromMinute * 60L; second < toMinute * 60L; second++)
        {
            if (skip?.Invoke(second) != true)
                replica.Trade(new(FirstId + second, Replica.T0 + second * Replica.Second));
            replica.TickAt(Replica.T0 + second * Replica.Second);
        }

        replica.Close();
    }

    public void Dispose()
    {
        Auditor.Dispose();
        Access.Dispose();
    }
}
