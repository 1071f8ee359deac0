using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ingester.Demo;
using Ingester.Status;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The recorder that is measured, on the receivers' processor.</summary>
internal sealed class RecorderProcess : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly List<string> words = [];
    private readonly HttpClient http;
    private readonly Process process;

    private RecorderProcess(IEnumerable<string> command, int port, IReadOnlyDictionary<string, string> environment)
    {
        http = new() { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = AnswerLimit };
        process = Pinned.Start(Pinned.Receiver, command, Hear, environment);
    }

    /// <summary>True when it has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>What it said last.</summary>
    public string LastWords
    {
        get
        {
            lock (words)
                return string.Join('\n', words.TakeLast(10));
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="command">The command that records: the program and <c>record</c>, or what stands for it.</param>
    /// <param name="configuration">The file with its settings.</param>
    /// <param name="settings">Settings beside it.</param>
    /// <param name="environment">What its environment has besides.</param>
    public static RecorderProcess Start(IEnumerable<string> command, string configuration, IEnumerable<string> settings, IReadOnlyDictionary<string, string> environment)
    {
        var port = ReplicaProcess.FreePort();
        var set = settings.Prepend($"Ingester:Status:Listen=http://127.0.0.1:{port}").SelectMany(setting => new[] { "--set", setting });
        return new([.. command, "--config", configuration, .. set], port, environment);
    }

    /// <summary>An older build may not say everything that this one does.</summary>
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

    /// <summary>How it stands; null while it does not listen yet.</summary>
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

    /// <summary>Asks it to stop and waits until it has; its exit code.</summary>
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
