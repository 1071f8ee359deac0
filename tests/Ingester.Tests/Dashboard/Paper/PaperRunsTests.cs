using Ingester.Dashboard.Paper;
using Ingester.Dashboard.Stores;
using Ingester.PaperJournal.Reports;
using Ingester.Testing.Storage;
using Ingester.Tests.Dashboard.Markets;
using Ingester.Tests.Paper;

namespace Ingester.Tests.Dashboard.Paper;

/// <summary>The dashboard shows the report that <c>ingester-paper report</c> prints.</summary>
public sealed class PaperRunsTests : IDisposable
{
    private const int Seconds = 1_800;

    private readonly MemoryStore store = new();
    private readonly PaperRuns runs;

    public PaperRunsTests() => runs = new(new MemoryAccess(store), TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => runs.Dispose();

    [Fact]
    public async Task Report_is_that_of_the_program_and_is_read_once()
    {
        Assert.Empty(await runs.ListAsync(Cancel));
        var rig = new EngineRig(store);
        await rig.RunAsync(new SyntheticFeed(EngineRig.Start, Seconds), Seconds);
        Assert.Equal([EngineRig.Run], await runs.ListAsync(Cancel));
        var shown = await runs.ReadAsync(EngineRig.Run, ofStore: false, Cancel);
        Assert.True(shown!.Fills > 0);
        Assert.Equal(PaperReportText.Write(await rig.ReportAsync()), PaperReportText.Write(shown));
        var requests = store.Count("GET");
        Assert.Same(shown, await runs.ReadAsync(EngineRig.Run, ofStore: false, Cancel));
        Assert.Equal(requests, store.Count("GET"));
    }

    [Fact]
    public async Task Proofs_of_the_store_are_those_of_the_program()
    {
        var rig = new EngineRig(store);
        await rig.RunAsync(new SyntheticFeed(EngineRig.Start, Seconds), Seconds);
        var shown = await runs.ReadAsync(EngineRig.Run, ofStore: true, Cancel);
        Assert.Equal((true, 0m), (shown!.HasStoreProofs, shown.ProvenShare ?? 0m)); // the store has no recording
        Assert.Equal(shown.Fills, shown.Evidence["unproven"]);
    }

    [Fact]
    public async Task Run_that_does_not_exist_is_nothing_and_a_damaged_journal_is_a_sentence()
    {
        Assert.Null(await runs.ReadAsync("absent", ofStore: false, Cancel));
        var rig = new EngineRig(store);
        await rig.RunAsync(new SyntheticFeed(EngineRig.Start, Seconds), Seconds);
        var key = store.Keys[3];
        var body = store.Body(key);
        body[body.Length / 2] ^= 1;
        store.Forge(key, body, store.Metadata(key));
        var fault = await Assert.ThrowsAsync<DashboardFault>(() => runs.ReadAsync(EngineRig.Run, ofStore: false, Cancel));
        Assert.StartsWith(key, fault.Message, StringComparison.Ordinal);
    }
}
