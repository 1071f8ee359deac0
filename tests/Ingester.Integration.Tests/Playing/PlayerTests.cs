using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Testing;
using Ingester.Testing.Playing;

namespace Ingester.Integration.Tests.Playing;

/// <summary>Every exchange is recorded from the player by two replicas, one of which is cut in the middle.</summary>
[Collection(AloneCollection.Name)]
public sealed class PlayerTests(ITestOutputHelper output) : IDisposable
{
    private const double ConversationRate = 30;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 40, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(155); // until 12:03:15: the minutes 12:01 and 12:02 are complete

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-conversation-").FullName;

    public static TheoryData<string> Exchanges => [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name).Where(name => Environment.GetEnvironmentVariable("ONLY") is not { } only || only.Split(' ').Contains(name))];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task Conversation_of_three_minutes_is_recorded_completely(string name)
    {
        var exchange = ExchangeCatalog.Find(name)!;
        var fixture = Path.Combine(Corpus.Repository, "tests", "Ingester.Tests", "Exchanges", "fixtures", name, "conversation.tsv");
        var path = Conversation.Write(exchange, fixture, folder, Start, Length);
        await using var run = await PlayedRun.RunAsync(exchange, path, ConversationRate);
        var rows = await PlayedRows.ReadAsync(exchange, path, CancellationToken.None);
        var gaps = await run.ReportedGapsAsync();
        output.WriteLine($"{rows.Rows.Values.Sum(list => list.Count):N0} rows of {rows.Rows.Count} streams; gaps: {string.Join(", ", gaps)}");
        Assert.Empty(await run.CompareAsync(rows));
        Assert.NotEmpty(gaps);
        Assert.Equal(run.ExpectedGaps(), gaps);
        foreach (var (dataset, symbol) in rows.Rows.Keys)
            Assert.Equal(exchange.Profile.Find(dataset)!.HasExchangeTime ? ["12:01", "12:02"] : [], run.WholeMinutes(dataset, symbol));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
