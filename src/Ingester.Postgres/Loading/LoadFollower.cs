using Ingester.Core.Time;
using Ingester.Storage.Stores;

namespace Ingester.Postgres.Loading;

/// <summary>
/// Follows the store: loads new objects of the last two hours, and once in a while later revisions of the last two days. After an outage that was longer it loads
/// everything since then. It keeps nothing else that the database does not hold.
/// </summary>
/// <param name="loader">Loads.</param>
/// <param name="options">How the store is followed.</param>
/// <param name="clock">The clock. The minutes of objects are compared with it.</param>
/// <param name="events">Receives what happens.</param>
internal sealed class LoadFollower(DerivedLoader loader, LoadFollowOptions options, TimeProvider clock, LoadEvents events)
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    private readonly LoadReport report = new();
    private long nextRecheck = long.MinValue; // when the next search over all of LookBack begins, by the clock
    private long searchedTo = long.MaxValue; // when the last search that ended had begun, by the clock; at the start, LookBack alone counts

    /// <summary>Runs until it is cancelled. Failures of the store and outages of the database are repeated.</summary>
    /// <exception cref="Connections.DatabaseException">The database needs an operator.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await StepAsync(cancellation);
            }
            catch (StoreException failure)
            {
                events.Failed(failure);
            }

            await Task.Delay(options.PollInterval, clock, cancellation);
        }
    }

    /// <summary>Searches once.</summary>
    /// <returns>What is done since the start.</returns>
    public async Task<LoadReport> StepAsync(CancellationToken cancellation)
    {
        var now = Micros.Now(clock);
        var isRecheck = now >= nextRecheck;
        var from = Math.Min(now - Micros.From(isRecheck ? options.LookBack : Recent), searchedTo - Micros.From(Recent));
        await loader.LoadAsync(new Period(Math.Max(0, from), now).ToWholeHours(), report, cancellation);
        searchedTo = now;
        if (isRecheck)
            nextRecheck = now + Micros.From(options.RecheckInterval);
        return report;
    }
}
