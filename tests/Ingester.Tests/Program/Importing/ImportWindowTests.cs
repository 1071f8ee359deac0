using Ingester.Core.Keys;
using Ingester.Core.Recordings;
using Ingester.Errors;
using Ingester.Exchanges;
using Ingester.Importing;
using Ingester.Testing.Storage;
using Ingester.Tests.Exchanges;
using Ingester.Tests.Reading.Windows;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Program.Importing;

/// <summary>An import beside windows of another length.</summary>
public sealed class ImportWindowTests
{
    private readonly MemoryStore store = new();

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(5, 0, false)]
    [InlineData(5, 3, true)] // three hours later: another recording
    public async Task Store_with_windows_of_another_length_around_the_recording_is_refused_before_anything_is_stored(int minutes, int hoursLater, bool taken)
    {
        using var rig = new ImportRig();
        var files = Fixtures.Files("binance", ".ws.tsv").Where(file => !Path.GetFileName(file).StartsWith("bad", StringComparison.Ordinal)).Take(1).ToList();
        await rig.ImportAsync("binance", files);
        var (name, _, _) = rig.Segments()[0];
        DateTimeOffset at = name.Window.Start.AddHours(hoursLater);
        CoverageStore.Record(store, name.Stream, at.AddMinutes(-10), at.AddMinutes(10), minutes);
        var before = store.Keys.Count;
        if (taken)
        {
            await ImportAsync(files);
            Assert.Equal(rig.Segments().Select(segment => segment.Key).Order(StringComparer.Ordinal), store.Keys.Where(key => SegmentKey.TryParse("", key, out _)));
            return;
        }

        var refused = await Assert.ThrowsAsync<CommandException>(() => ImportAsync(files));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("windows of 5 minutes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Segments:Windows", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, store.Keys.Count(key => !key.StartsWith("probe/", StringComparison.Ordinal)));
    }

    private async Task ImportAsync(List<string> files)
    {
        var facts = ExchangeCatalog.Find("binance")!;
        var recordings = files.Select(file => new RecordingFile(file)).ToList();
        var markets = await MarketResolver.ReadAsync(facts, null, recordings[0], CancellationToken.None);
        await new Importer(facts, store, new ImportOptions { Identity = new() { Replica = "i", ProcessStartMicros = 1 } }, NullLoggerFactory.Instance)
            .RunAsync([.. recordings.Select(ImportRecording.Of)], markets, new(1, long.MaxValue), CancellationToken.None);
    }
}
