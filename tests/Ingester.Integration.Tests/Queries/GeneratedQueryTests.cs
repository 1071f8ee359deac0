using System.Globalization;
using System.Text.Json;
using Ingester.Testing.Stores;

namespace Ingester.Integration.Tests.Queries;

/// <summary>The documented views over generated and damaged stores return what opening every object says.</summary>
public sealed class GeneratedQueryTests : IDisposable
{
    private const int Stores = 48;

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-generated-").FullName;

    [Fact]
    public async Task Views_return_each_event_of_a_damaged_store_once_and_mark_conflicts()
    {
        var cases = new List<(int Seed, StoreCase Given)>();
        for (var seed = 1; seed <= Stores; seed++)
        {
            var made = StoreRun.Stores(new(seed), seed).ToList();
            var streams = made.Select(one => one.Given).ToList();
            if (made[0].Damage.Moved)
                continue; // rows of another table under a name of this one: SQL believes names
            cases.AddRange(streams.Select(given => (seed, given)));
            foreach (var key in streams[0].Store.Keys)
            {
                var file = Path.Combine(folder, $"{seed}", key);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllBytesAsync(file, streams[0].Store.Body(key), TestContext.Current.CancellationToken);
            }
        }

        var answers = await QueryEngine.RunAsync("generated.mjs", [Path.Combine(QueryEngine.Repository, "docs", "views.sql"), folder], TestContext.Current.CancellationToken);
        var judged = 0;
        foreach (var (seed, given) in cases)
            judged += Judge(answers.GetProperty($"{seed}"), given, $"Seed {seed}, {given.Market}") ? 1 : 0;
        Assert.InRange(judged, Stores / 3, cases.Count);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>False where nothing can be said: nothing is stored, or the gzip of an object in the same table is damaged, which DuckDB says or not.</summary>
    private static bool Judge(JsonElement answer, StoreCase given, string what)
    {
        var table = new NaiveTable(given.Store, given.Market);
        if (!answer.TryGetProperty(given.Market.Dataset, out var rows))
            return false;
        if (rows.ValueKind == JsonValueKind.String)
        {
            Assert.True(given.Store.Keys.Any(key => StoredText.Unpack(given.Store.Body(key)) is null), $"{what}: {rows}");
            return false;
        }

        if (table.IsDamaged)
            return false;
        var own = rows.EnumerateArray().Where(row => row.GetProperty("pair").GetString() == given.Market.Pair).ToList();
        if (given.Market.Numbered)
            AssertEqual(table.Numbered(), own.Select(row => given.Market.Dataset == "trades"
                ? $"{Number(row, "id") - 1} {Number(row, "id")} {row.GetProperty("conflict").GetBoolean()}"
                : $"{Number(row, "after")} {Number(row, "upto")} {row.GetProperty("conflict").GetBoolean()}"), what);
        else
            AssertEqual(table.Unnumbered(), own.Select(row => Number(row, "ts")).Order(), what);
        return true;
    }

    private static void AssertEqual<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        var (all, there) = (expected.ToList(), actual.ToList());
        Assert.True(all.SequenceEqual(there), $"{what}: {all.Count} rows are stored, {there.Count} are returned; the first that differs is "
            + $"{all.Zip(there).FirstOrDefault(pair => !Equals(pair.First, pair.Second))}");
    }

    private static long Number(JsonElement row, string name) => long.Parse(row.GetProperty(name).ToString(), CultureInfo.InvariantCulture);
}
