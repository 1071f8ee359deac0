using Ingester.Dashboard.Stores;
using Ingester.PaperJournal.Blocks;
using Ingester.PaperJournal.Reports;

namespace Ingester.Dashboard.Paper;

/// <summary>Reads the runs of paper trading from their journals, and keeps reports: a journal only grows. Thread-safe.</summary>
/// <param name="stores">The store.</param>
/// <param name="clock">The clock for delays between attempts.</param>
internal sealed class PaperRuns(IStoreAccess stores, TimeProvider clock) : IDisposable
{
    private const int MaxKept = 50;

    /// <summary>A long run has thousands of blocks, and each fill is asked of the store.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>What the store proves changes when windows are repaired.</summary>
    private static readonly TimeSpan MaxProofAge = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim reading = new(1); // several viewers want the same report: the first one reads it
    private readonly Dictionary<(string Run, bool OfStore), (int Blocks, DateTimeOffset At, PaperReport Report)> kept = [];

    /// <summary>How long a page waits for a report.</summary>
    public static TimeSpan Patience => Limit;

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    /// <summary>Lists the runs, the last name first.</summary>
    /// <exception cref="DashboardFault">The store does not answer.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) =>
        [.. (await stores.ReadAsync((store, stop) => Open(store).ListRunsAsync(stop), cancellation)).Reverse()];

    /// <summary>Makes the report of a run; null if there is no such run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ofStore">True to ask the store what is proven now; false to use what the run itself knew.</param>
    /// <param name="cancellation">Cancels the reads.</param>
    /// <exception cref="DashboardFault">The store does not answer, or the journal is damaged.</exception>
    public async Task<PaperReport?> ReadAsync(string run, bool ofStore, CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation);
        try
        {
            return await stores.ReadAsync((store, stop) => ReadAsync(store, run, ofStore, stop), cancellation, Limit);
        }
        catch (JournalException damaged)
        {
            throw new DashboardFault(damaged.Message, damaged);
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task<PaperReport?> ReadAsync(OpenedStore store, string run, bool ofStore, CancellationToken cancellation)
    {
        var journals = Open(store);
        var blocks = (await journals.ListBlocksAsync(run, cancellation)).Count;
        if (blocks == 0)
            return null;
        if (kept.TryGetValue((run, ofStore), out var known) && known.Blocks == blocks && (!ofStore || clock.GetUtcNow() - known.At < MaxProofAge))
            return known.Report;
        var report = await new ReportBuilder(new(journals), ofStore ? new(store.Archive) : null).BuildAsync(run, cancellation);
        if (kept.Count >= MaxKept)
            kept.Clear();
        kept[(run, ofStore)] = (blocks, clock.GetUtcNow(), report);
        return report;
    }

    private JournalStore Open(OpenedStore store) => new(store.Objects, store.Prefix, clock);
}
