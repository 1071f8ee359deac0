using System.Text.Json.Nodes;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Schemas;
using Ingester.Schemas;

namespace Ingester.Integration.Tests.Publishing;

/// <summary><c>ingester nightly</c>: a day, the same day again, after a kill behind every step, and after a repair.</summary>
public sealed class NightlyCommandTests : IDisposable
{
    private static readonly string[] Steps = ["repair", "export", "certificate", "certificate verify", "publish"];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-nightly-").FullName;

    private string[] Nightly => ["nightly", "--date", SmallExport.Day, "--store", Path.Combine(folder, "data"), "--key", Path.Combine(folder, "signing.pem"), "--to", Path.Combine(folder, "public"), "--offline", "--exchange", "binance"];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Day_gets_one_revision_however_often_the_run_is_killed_and_a_second_one_when_it_was_repaired()
    {
        var patience = TestContext.Current.CancellationToken;
        await SmallExport.ImportAsync(folder);
        await RunAsync(0, "certificate", "key", "signing.pem");
        foreach (var step in Steps[..^1])
            using (var run = new RunningCommand(new Dictionary<string, string>(), Nightly))
                await run.WaitUntilItSaysAsync($"{step}: done", patience).WaitAsync(SmallExport.Patience, patience); // and is killed
        Assert.False(Directory.Exists(Path.Combine(folder, "public", "published")));

        var first = await RunAsync(3, [.. Nightly, "--json"]); // four minutes of a day, and a trade is missing
        PublishedSchema.Validate(OutputSchema.Nightly, first);
        Assert.Equal(Steps, JsonNode.Parse(first)!["steps"]!.AsArray().Select(static step => step!["name"]!.GetValue<string>()));
        Assert.Equal([0, 3, 3, 0, 3], JsonNode.Parse(first)!["steps"]!.AsArray().Select(static step => step!["exitCode"]!.GetValue<int>()));
        Assert.Equal((1, null), Published());
        var before = Files("data").Concat(Files("public")).ToList();
        await RunAsync(3, Nightly);
        Assert.Equal(before, Files("data").Concat(Files("public"))); // the same day again: nothing is written

        await SmallExport.ImportAsync(folder, "late", isComplete: true);
        await RunAsync(3, Nightly);
        Assert.Equal((2, 1), Published());
        Assert.Equal(["binance_depth.r1.dsse.json", "binance_depth.r2.dsse.json", "binance_trades.r1.dsse.json", "binance_trades.r2.dsse.json"], Directory.GetFiles(Path.Combine(folder, "data/export/certificates/2025/10/25"), "*.dsse.json").Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Step_that_fails_ends_the_run()
    {
        await SmallExport.ImportAsync(folder);
        await RunAsync(0, "certificate", "key", "signing.pem");
        await RunAsync(0, "certificate", "key", "other.pem");
        File.Copy(Path.Combine(folder, "other.pub.pem"), Path.Combine(folder, "signing.pub.pem"), overwrite: true); // signed with another key than the one that is trusted
        var failed = JsonNode.Parse(await RunAsync(1, [.. Nightly, "--json"]))!;
        Assert.Equal("[0,3,3,1,null]", new JsonArray([.. failed["steps"]!.AsArray().Select(static step => step!["exitCode"]?.DeepClone())]).ToJsonString());
        Assert.False(Directory.Exists(Path.Combine(folder, "public", "published")));
        var none = await EndedCommand.RunAsync(folder, SmallExport.Patience, "nightly", "--store", "data");
        Assert.Equal((2, "A key is required: --key FILE or --kms KEY."), (none.Exit, none.Error.Trim()));
        var strange = await EndedCommand.RunAsync(folder, SmallExport.Patience, [.. Nightly, "--against", "okx"]);
        Assert.Equal((2, "okx publishes no files of binance."), (strange.Exit, strange.Error.Trim()));
        var empty = await EndedCommand.RunAsync(folder, SmallExport.Patience, [.. Nightly, "--date", "2025-10-29"]);
        Assert.Equal(2, empty.Exit); // --date twice
    }

    private List<string> Files(string place) => [.. Directory.GetFiles(Path.Combine(folder, place), "*", SearchOption.AllDirectories).Select(static path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks}").Order(StringComparer.Ordinal)];

    private (int Revision, int? Replaced) Published()
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "public/published/2025/10/25/binance_trades.json")))!;
        return (manifest["revision"]!.GetValue<int>(), manifest["replaced"]?.GetValue<int>());
    }

    private async Task<string> RunAsync(int exit, params string[] arguments)
    {
        var ended = await EndedCommand.RunAsync(folder, SmallExport.Patience, arguments);
        Assert.True(ended.Exit == exit, $"{string.Join(' ', arguments)}: {ended.Exit}\n{ended.Output}{ended.Error}");
        return ended.Output;
    }
}
