using System.Globalization;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Exchanges;

namespace Ingester.Tests.Exchanges;

/// <summary>The program claims exactly the proofs that <c>corpus-counts.json</c> of each exchange holds, which <see cref="ExchangeCorpusTests"/> compares with the recordings.</summary>
public sealed class DatasetProofTests
{
    public static TheoryData<string> Exchanges => Fixtures.Exchanges;

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Dataset_is_proven_exactly_when_a_counted_recording_holds_events_of_it(string name)
    {
        using var counts = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File(name, "corpus-counts.json")));
        foreach (var dataset in ExchangeCatalog.Find(name)!.Profile.Datasets.Select(profile => profile.Dataset))
        {
            var claimed = DatasetProofs.Find(name, dataset);
            var recordings = Count(counts.RootElement, dataset).Where(recording => recording.Events > 0).ToList();
            if (Reason(counts.RootElement, dataset) is { } reason)
                Assert.Equal(new() { Unproven = reason }, claimed);
            else if (recordings.Count == 0)
                Assert.True(claimed is { Proven: null, Recording: null, Events: 0, Unproven.Length: > 0 }, $"{name} {dataset}: {claimed}");
            else
                Assert.Equal(
                    new()
                    {
                        Proven = DateOnly.ParseExact(recordings[^1].Name[..8], "yyyyMMdd", CultureInfo.InvariantCulture),
                        Recording = recordings[^1].Name,
                        Recordings = recordings.Count,
                        Events = recordings.Sum(recording => recording.Events),
                    },
                    claimed);
        }
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Reason_why_a_recording_proves_nothing_is_a_sentence_about_a_dataset_of_the_exchange(string name)
    {
        using var counts = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File(name, "corpus-counts.json")));
        if (!counts.RootElement.TryGetProperty("unproven", out var unproven))
            return;
        Assert.All(unproven.EnumerateObject(), entry =>
        {
            Assert.True(DatasetNames.TryParse(entry.Name, out var dataset) && ExchangeCatalog.Find(name)!.Profile.Find(dataset) is not null, entry.Name);
            Assert.EndsWith(".", entry.Value.GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Unknown_exchange_is_unproven() => Assert.Equal("No recording holds an event of it.", DatasetProofs.Find("nowhere", Dataset.Trades).Unproven);

    private static string? Reason(JsonElement counts, Dataset dataset) =>
        counts.TryGetProperty("unproven", out var unproven) && unproven.TryGetProperty(dataset.Name(), out var reason) ? reason.GetString() : null;

    private static IEnumerable<(string Name, long Events)> Count(JsonElement counts, Dataset dataset) =>
        from recording in counts.GetProperty("recordings").EnumerateObject()
        orderby recording.Name
        select (recording.Name, recording.Value.GetProperty("streams").EnumerateObject()
            .Where(stream => stream.Name.Split('/')[0] == dataset.Name()).Sum(stream => stream.Value.GetProperty("events").GetInt64()));
}
