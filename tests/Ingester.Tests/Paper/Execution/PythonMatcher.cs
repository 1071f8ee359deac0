using System.Diagnostics;
using System.Text.Json;
using Ingester.Testing;

namespace Ingester.Tests.Paper.Execution;

/// <summary>Runs the independent matcher, <c>tests/paper_matcher.py</c>.</summary>
internal static class PythonMatcher
{
    /// <summary>Asserts that the script gives the events of each simulator for the same calls.</summary>
    public static async Task CompareAsync(IReadOnlyList<ExecutionRig> runs)
    {
        var folder = Directory.CreateTempSubdirectory("ingester-matcher-").FullName;
        try
        {
            var files = new List<string>();
            foreach (var run in runs)
            {
                files.Add(Path.Combine(folder, $"{files.Count}.jsonl"));
                await File.WriteAllLinesAsync(files[^1], run.Lines);
            }

            using var python = Process.Start(new ProcessStartInfo("python3", [Path.Combine(Corpus.Repository, "tests", "paper_matcher.py"), .. files])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            var error = python.StandardError.ReadToEndAsync();
            var output = await python.StandardOutput.ReadToEndAsync();
            await python.WaitForExitAsync();
            Assert.True(python.ExitCode == 0, await error);
            var parts = output.Split('\n');
            var at = 0;
            foreach (var run in runs)
            {
                var expected = parts.Skip(at).TakeWhile(static line => line.Length > 0).Select(static line => ExecutionRig.Describe(JsonSerializer.Deserialize<JsonElement>(line))).ToList();
                at += expected.Count + 1;
                Assert.Equal(expected, run.Describe());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
