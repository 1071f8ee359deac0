using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ingester.Integration.Tests.Queries;

/// <summary>DuckDB for Node, in the folder that INGESTER_DUCKDB names. A test that needs it is skipped where there is none.</summary>
internal static class QueryEngine
{
    /// <summary>The root of the repository.</summary>
    public static string Repository => Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    /// <summary>The folder of the engine; skips the test where there is none.</summary>
    public static string Require()
    {
        var engine = Environment.GetEnvironmentVariable("INGESTER_DUCKDB");
        Assert.SkipUnless(engine is not null, "INGESTER_DUCKDB names no folder with DuckDB for Node (npm install --prefix FOLDER @duckdb/node-api).");
        return engine;
    }

    /// <summary>The same for another package of npm in that folder.</summary>
    public static void RequirePackage(string package) => Assert.SkipUnless(
        Directory.Exists(Path.Combine(Require(), "node_modules", package)), $"The folder that INGESTER_DUCKDB names has no {package} (npm install --prefix FOLDER {package}).");

    /// <summary>Runs a script of this folder with the engine as its first argument, and returns the JSON that it prints.</summary>
    public static async Task<JsonElement> RunAsync(string script, IEnumerable<string> arguments, CancellationToken cancel)
    {
        string[] all = [Path.Combine(Here(), script), Path.GetFullPath(Require()), .. arguments];
        using var node = Process.Start(new ProcessStartInfo("node", all) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var wrong = node.StandardError.ReadToEndAsync(cancel);
        var said = await node.StandardOutput.ReadToEndAsync(cancel);
        await node.WaitForExitAsync(cancel);
        Assert.True(node.ExitCode == 0, await wrong);
        return JsonSerializer.Deserialize<JsonElement>(said);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
