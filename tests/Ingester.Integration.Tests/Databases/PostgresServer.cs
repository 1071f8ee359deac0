using System.Diagnostics;
using System.Globalization;
using Ingester.Demo;
using Ingester.Postgres.Connections;
using Ingester.Postgres.Migrations;

namespace Ingester.Integration.Tests.Databases;

/// <summary>
/// A PostgreSQL of this machine in a temporary folder and on a port of loopback; each test makes its own database. Root starts it as the user <c>postgres</c>.
/// Where Debian's package <c>postgresql</c> is not installed, the tests that take it are skipped and say so.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string User = "postgres";

    private const string Log = "server.log";
    private const string NotInstalled = "PostgreSQL is not installed (apt-get install postgresql).";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly int port = ReplicaProcess.FreePort();
    private string? programs;
    private string folder = "";
    private int databases, disks;

    /// <summary>The password of <see cref="User"/>; it must be in no message.</summary>
    public static string Password => "never/show@this";

    private string Data => Path.Combine(folder, "data");

    public async ValueTask InitializeAsync()
    {
        programs = FindPrograms();
        if (programs is null)
            return;
        folder = Directory.CreateTempSubdirectory("ingester-postgres-").FullName;
        var password = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.UserName == "root")
            await RunAsync("chown", "-R", User, folder);
        await RunAsServerAsync("initdb", "-D", Data, "-U", User, "--auth=scram-sha-256", $"--pwfile={password}", "--no-sync", "--encoding=UTF8", "--locale=C");
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (programs is null)
            return;
        await StopAsync("fast");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Starts the server, and returns when it accepts connections.</summary>
    public Task StartAsync() => RunAsServerAsync("pg_ctl", "start", "-w", "-D", Data, "-l", Path.Combine(folder, Log), "-o",
        string.Create(CultureInfo.InvariantCulture, $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off -c max_connections=50"));

    /// <summary>Stops the server; mode <c>immediate</c> is a crash.</summary>
    public Task StopAsync(string mode) => RunAsServerAsync("pg_ctl", "stop", "-w", "-D", Data, "-m", mode);

    /// <summary>The address of a new database, as a URI. Asking for it skips the test where there is no server.</summary>
    /// <param name="options">Further words of the statement that creates it.</param>
    public async Task<string> NewDatabaseAsync(string options = "")
    {
        Assert.SkipUnless(programs is not null, NotInstalled);
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        await ExecuteAsync($"CREATE DATABASE {name} {options}");
        return UriOf(name);
    }

    /// <summary>Mounts a disk of a certain size for databases. Asking for it skips the test where there is no server, or no right to mount.</summary>
    /// <param name="megabytes">The size in MiB.</param>
    internal async Task<SmallDisk> MountDiskAsync(int megabytes)
    {
        Assert.SkipUnless(programs is not null, NotInstalled);
        Assert.SkipUnless(Environment.UserName == "root", "Mounting a small disk needs root.");
        var path = Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"disk_{Interlocked.Increment(ref disks)}"))).FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", path);
        await RunAsync("chown", User, path);
        return new(this, path);
    }

    /// <summary>Unmounts a disk on which no database is left.</summary>
    internal Task UnmountAsync(string path) => RunAsync("umount", path);

    /// <summary>Runs a statement that concerns the server.</summary>
    internal async Task ExecuteAsync(string sql)
    {
        await using var source = Parse(UriOf("postgres")).Open();
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Opens a new database with current tables.</summary>
    /// <param name="options">Further words of the statement that creates it.</param>
    internal async Task<TestDatabase> OpenNewAsync(string options = "")
    {
        var uri = await NewDatabaseAsync(options);
        var address = Parse(uri);
        var source = address.Open();
        await new Migrator(source, address, MigrationFiles.All).MigrateAsync(TestContext.Current.CancellationToken);
        return new(uri, address, source);
    }

    /// <summary>Parses the address of a database of tests.</summary>
    internal static DatabaseAddress Parse(string uri) => DatabaseAddress.Parse(uri, "ingester");

    private string UriOf(string database) => string.Create(CultureInfo.InvariantCulture, $"postgresql://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{port}/{database}?timeout=60");

    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderByDescending(static path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0).Select(static path => Path.Combine(path, "bin")) : [];
        return versions.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)).FirstOrDefault(static path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "pg_ctl")));
    }

    private Task RunAsServerAsync(string program, params string[] arguments) => Environment.UserName == "root"
        ? RunAsync("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", Path.Combine(programs!, program), .. arguments])
        : RunAsync(Path.Combine(programs!, program), arguments);

    private async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await output}{await error}{(File.Exists(Path.Combine(folder, Log)) ? await File.ReadAllTextAsync(Path.Combine(folder, Log)) : "")}");
    }
}
