using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Simulator.Playing;
using Ingester.Testing;
using Ingester.Testing.Playing;

namespace Ingester.Integration.Tests.Playing;

/// <summary>Every exchange is recorded from the player by two replicas, one of which is cut in the middle.</summary>
[Collection(AloneCollection.Name)]
public sealed class PlayerTests(PlayedConversations conversations, ITestOutputHelper output) : IClassFixture<PlayedConversations>, IDisposable
{
    private const double RecordingRate = 10;

    private static readonly TimeSpan ShortestPlay = TimeSpan.FromSeconds(5); // real time, so that a cut connection has a successor before the end

    private static readonly TimeSpan Excerpt = TimeSpan.FromSeconds(155);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-recording-").FullName;

    public static TheoryData<string> Exchanges => [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name)];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task Conversation_of_three_minutes_is_recorded_completely(string name)
    {
        var exchange = ExchangeCatalog.Find(name)!;
        var (run, rows) = await conversations.FindAsync(name);
        var gaps = await run.ReportedGapsAsync();
        output.WriteLine($"{rows.Rows.Values.Sum(list => list.Count):N0} rows of {rows.Rows.Count} streams; gaps: {string.Join(", ", gaps)}");
        var differences = await run.CompareAsync(rows.Rows);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.NotEmpty(gaps);
        Assert.Equal(run.ExpectedGaps(), gaps);
        foreach (var (dataset, symbol) in rows.Rows.Keys)
            Assert.Equal(dataset.IsStreamed() && exchange.Profile.Find(dataset)!.HasExchangeTime ? ["12:01", "12:02"] : [], run.WholeMinutes(dataset, symbol));
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Exchanges))]
    public async Task Recording_of_the_exchange_is_recorded_as_it_was_sent(string name)
    {
        var sessions = Corpus.Recordings(name);
        Assert.SkipUnless(sessions.Count > 0, Corpus.Absent);
        var exchange = ExchangeCatalog.Find(name)!;
        var path = RecordingExcerpt.Write(sessions[^1].Path, folder, Excerpt);
        var rate = Math.Min(RecordingRate, (await PlayableRecording.ReadAsync(exchange, path, CancellationToken.None)).Length / ShortestPlay);
        await using var run = await PlayedRun.RunAsync(exchange, path, rate, checksBooks: name != "kraken"); // its recording was serialized again, without trailing zeros
        var rows = await PlayedRows.ReadAsync(exchange, path, CancellationToken.None);
        var expected = run.ExpectedGaps();
        var (gaps, listed) = (await run.ReportedGapsAsync(), run.Listed(rows.Rows));
        output.WriteLine($"{sessions[^1].Name}: {listed.Values.Sum(list => list.Count):N0} rows of {listed.Count} of {rows.Rows.Count} streams; {run.WholeWindows} whole windows; {gaps.Count} gaps: {string.Join(", ", gaps.Take(20))}");
        Assert.NotEmpty(listed);
        var differences = await run.CompareAsync(listed);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.Equal(expected, gaps);
        Assert.Empty(run.MissingWindows(listed));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
