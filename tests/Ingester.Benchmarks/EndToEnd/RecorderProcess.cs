using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ingester.Demo;
using Ingester.Status;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The measured recorder, on the CPU of receivers.</summary>
internal sealed class RecorderProcess : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly List<string> words = [];
    private readonly HttpClient http;
    private readonly Process process;

    private RecorderProcess(IEnumerable<string> command, int port, IReadOnlyDictionary<string, string> environment)
    {
        http = new() { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = AnswerLimit };
        process = PinnedProcess.Start(PinnedProcess.Receiver, command, Hear, environment);
    }

    /// <summary>The address of its status page.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>True when the process has exited.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>The last lines of its output.</summary>
    public string LastWords
    {
        get
        {
            lock (words)
                return string.Join('\n', words.TakeLast(10));
        }
    }

    /// <summary>Starts the process.</summary>
    /// <param name="command">The command that records: the program and <c>record</c>, or a replacement.</param>
    /// <param name="configuration">The file with its settings.</param>
    /// <param name="settings">Additional settings.</param>
    /// <param name="environment">Additional environment variables.</param>
    public static RecorderProcess Start(IEnumerable<string> command, string configuration, IEnumerable<string> settings, IReadOnlyDictionary<string, string> environment)
    {
        var port = ReplicaProcess.FreePort();
        var set = settings.Prepend($"Ingester:Status:Listen=http://127.0.0.1:{port}").SelectMany(setting => new[] { "--set", setting });
        return new([.. command, "--config", configuration, .. set], port, environment);
    }

    /// <summary>Tolerates absent properties: an older build has fewer.</summary>
    private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
                static type =>
                {
                    foreach (var property in type.Properties)
                        property.IsRequired = false;
                },
            },
        },
    };

    /// <summary>Reads the status; null while the process does not listen yet.</summary>
    public async Task<RecorderStatus?> StatusAsync()
    {
        try
        {
            return await http.GetFromJsonAsync<RecorderStatus>("/status", Lenient);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Stops the process, waits for its exit and returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var stop = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
        http.Dispose();
    }

    private void Hear(string line)
    {
        lock (words)
            if (line.Length > 0)
                words.Add(line);
    }
}
