using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ingester.Core.Time;
using Ingester.Integration.Tests.Databases;
using Ingester.Paper.Databases;
using Ingester.PaperJournal.Blocks;
using Ingester.Storage.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingester.Integration.Tests.Paper;

/// <summary>Journals of paper trading in PostgreSQL: each line once, whatever is killed or stopped.</summary>
[Collection(PostgresCollection.Name)]
public sealed class JournalDatabaseTests(PostgresServer server) : IDisposable
{
    private const string Run = "r";
    private const int Blocks = 12;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-paper-journal-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private JournalStore Journals => new(new DirectoryStore(folder, TimeProvider.System), "", TimeProvider.System);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Killed_in_a_transaction_and_then_twice_at_once_each_line_is_loaded_once()
    {
        await using var database = await server.OpenNewAsync();
        await WriteAsync(Blocks);
        await using (var connection = await database.Source.OpenConnectionAsync(Cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await using var claim = new NpgsqlCommand("INSERT INTO paper_blocks (run, block, head, first_sequence, lines) VALUES ('r', 5, '', 0, 0)", connection);
            await claim.ExecuteNonQueryAsync(Cancel);
            using var killed = PaperCommand.Start("load", "--store", folder, "--database", database.Uri);
            await LoaderTests.UntilBlockedAsync(database);
            killed.Kill();
            await killed.WaitForExitAsync(Cancel);
        }

        Assert.Equal(["5"], await database.QueryAsync("SELECT count(*) FROM paper_blocks"));
        var ended = await Task.WhenAll(PaperCommand.RunAsync("load", "--store", folder, "--database", database.Uri), PaperCommand.RunAsync("load", "--store", folder, "--database", database.Uri));
        Assert.All(ended, static one => Assert.True(one.Exit == 0, one.Error));
        await RequireAsync(database);
        var again = await PaperCommand.RunAsync("load", "--store", folder, "--database", database.Uri);
        Assert.StartsWith("0 lines of the run r were loaded", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_database_is_stopped_the_run_goes_on_and_nothing_is_missing_afterwards()
    {
        await using var database = await server.OpenNewAsync();
        await using var sink = new JournalSink(new(database.Source, database.Address, new(Journals), Run), TimeProvider.System, NullLogger.Instance);
        using var writer = new JournalWriter(Journals, Run);
        await AppendAsync(writer, 0, 4);
        sink.OnWritten(writer.Blocks);
        while ((await database.QueryAsync("SELECT 1 FROM paper_blocks WHERE block = 2")).Count == 0)
            await Task.Delay(Poll, Cancel);
        await server.StopAsync("immediate");
        await AppendAsync(writer, 4, Blocks);
        await writer.FlushAsync(Cancel);
        sink.OnWritten(writer.Blocks);
        await server.StartAsync();
        Assert.Null(await sink.CompleteAsync());
        await RequireAsync(database);
    }

    [Fact]
    public async Task Another_journal_of_the_same_name_and_a_damaged_one_are_refused()
    {
        await using var database = await server.OpenNewAsync();
        await WriteAsync(Blocks);
        var last = Path.Combine(folder, "paper", "run=r", $"{Blocks - 1:D8}.jsonl");
        var text = await File.ReadAllBytesAsync(last, Cancel);
        await File.WriteAllBytesAsync(last, [.. text[..^3], (byte)'x', .. text[^2..]], Cancel);
        var damaged = await PaperCommand.RunAsync("load", "--store", folder, "--database", database.Uri);
        Assert.Equal(1, damaged.Exit);
        Assert.Contains($"{Blocks - 1:D8}.jsonl", damaged.Error, StringComparison.Ordinal);
        Assert.Equal([$"{Blocks - 1}"], await database.QueryAsync("SELECT count(*) FROM paper_blocks"));
        Directory.Delete(Path.Combine(folder, "paper"), recursive: true);
        await WriteAsync(Blocks, first: 1_000);
        var other = await PaperCommand.RunAsync("load", "--store", folder, "--database", database.Uri);
        Assert.Equal(1, other.Exit);
        Assert.Contains("has another journal of the run r", other.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("show", other.Error + damaged.Error, StringComparison.Ordinal); // the password
        var unnamed = await PaperCommand.RunAsync("load", "--store", folder);
        Assert.Equal(2, unnamed.Exit);
        Assert.Contains("--database is required", unnamed.Error, StringComparison.Ordinal);
    }

    /// <summary>Requires that the tables hold exactly the lines of the store, in their order.</summary>
    private async Task RequireAsync(TestDatabase database)
    {
        var expected = new List<string>();
        await foreach (var line in new RunJournalReader(Journals).ReadAsync(Run, Cancel))
            expected.Add(Encoding.UTF8.GetString(line.Span));
        Assert.True(expected.Count > Blocks);
        var found = await database.QueryAsync("SELECT sequence, run, kind, (extract(epoch FROM time) * 1000000)::bigint, line::text FROM paper_journal ORDER BY sequence");
        Assert.Equal(expected.Count, found.Count);
        foreach (var (index, line) in expected.Index())
        {
            var (parts, wanted) = (found[index].Split('|', 5), JsonNode.Parse(line)!);
            Assert.Equal([index.ToString(CultureInfo.InvariantCulture), Run, (string)wanted["kind"]!, wanted["ts"]!.ToJsonString()], parts[..4]);
            Assert.True(JsonNode.DeepEquals(wanted, JsonNode.Parse(parts[4])), line);
        }

        Assert.Equal(["0"], await database.QueryAsync("SELECT count(*) FROM paper_blocks b WHERE b.lines <> (SELECT count(*) FROM paper_journal j WHERE j.run = b.run AND j.block = b.block)"));
    }

    private async Task WriteAsync(int blocks, int first = 0)
    {
        using var writer = new JournalWriter(Journals, Run);
        await AppendAsync(writer, 0, blocks, first);
        await writer.FlushAsync(Cancel);
    }

    private static async Task AppendAsync(JournalWriter writer, int from, int to, int first = 0)
    {
        for (var minute = from; minute < to; minute++)
            for (var line = 0; line < 3; line++)
                await writer.AppendAsync(1_763_632_800_000_001 + minute * Window.MicrosPerMinute, line == 0 ? "inputs" : "decision", json =>
                {
                    json.WriteNumber("n", first + minute * 3 + line);
                    json.WriteString("text", "It's \"odd\" \\ | ünïcode");
                }, Cancel);
    }
}
