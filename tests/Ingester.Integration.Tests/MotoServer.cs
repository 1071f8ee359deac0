using System.Diagnostics;
using Amazon.S3;
using Ingester.Demo;

[assembly: AssemblyFixture(typeof(Ingester.Integration.Tests.MotoServer))]

namespace Ingester.Integration.Tests;

/// <summary>
/// An S3 emulator in a process of its own, one for all tests that take it; each makes its own bucket. Where <c>moto_server</c> is not on
/// the path, those tests are skipped and say so.
/// </summary>
public sealed class MotoServer : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private Process? process;
    private int buckets;

    /// <summary>Its address; asking for it skips the test where there is no emulator.</summary>
    public Uri Url
    {
        get
        {
            Assert.SkipUnless(process is not null, "moto_server is not on the PATH (pip install 'moto[server]').");
            return field!;
        }

        private set;
    }

    /// <summary>Credentials that it takes, as the SDK finds them; child processes inherit them.</summary>
    public static void SetCredentials()
    {
        foreach (var name in new[] { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY" })
            Environment.SetEnvironmentVariable(name, "test");
        foreach (var name in new[] { "AWS_REGION", "AWS_DEFAULT_REGION" })
            Environment.SetEnvironmentVariable(name, "us-east-1");
    }

    /// <summary>A bucket that no other test has.</summary>
    public async Task<string> NewBucketAsync()
    {
        using var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = Url.ToString(), ForcePathStyle = true });
        var name = $"test-{Interlocked.Increment(ref buckets)}";
        await client.PutBucketAsync(name);
        return name;
    }

    public async ValueTask InitializeAsync()
    {
        SetCredentials();
        if (!IsOnPath())
            return;
        var port = ReplicaProcess.FreePort();
        var start = new ProcessStartInfo("moto_server", ["-H", "127.0.0.1", "-p", $"{port}"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = Process.Start(start)!;
        started.EnableRaisingEvents = true;
        started.Exited += (_, _) => running.TrySetException(new InvalidOperationException("moto_server ended before it served."));
        started.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Running on http", StringComparison.Ordinal) == true)
                running.TrySetResult();
        };
        started.OutputDataReceived += (_, _) => { };
        started.BeginErrorReadLine();
        started.BeginOutputReadLine();
        process = started;
        Url = new($"http://127.0.0.1:{port}");
        await running.Task.WaitAsync(StartLimit);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null)
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static bool IsOnPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "moto_server")));
}
