using System.Globalization;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>
/// As much memory as a container would have: a control group (version 2, or where the machine has only that, version 1), in which the kernel ends
/// what takes more. Making one needs root.
/// </summary>
internal sealed class MemoryLimit : IDisposable
{
    private const string Modern = "/sys/fs/cgroup";
    private const string Old = "/sys/fs/cgroup/memory";

    private readonly string group;
    private readonly bool isModern;

    private MemoryLimit(string group, bool isModern) => (this.group, this.isModern) = (group, isModern);

    /// <summary>The most that it had, page cache that could be taken back included.</summary>
    public long Peak => Read(isModern ? "memory.peak" : "memory.max_usage_in_bytes");

    /// <summary>How often the kernel ended a process in it.</summary>
    public long Kills => Counter(isModern ? "memory.events" : "memory.oom_control", "oom_kill");

    /// <summary>Makes one of so many bytes; null where this machine does not let us.</summary>
    public static MemoryLimit? TryMake(long bytes)
    {
        var isModern = File.Exists($"{Modern}/cgroup.controllers") && File.ReadAllText($"{Modern}/cgroup.controllers").Contains("memory", StringComparison.Ordinal);
        var group = $"{(isModern ? Modern : Old)}/ingester-benchmark-{Environment.ProcessId}";
        try
        {
            if (isModern)
                File.WriteAllText($"{Modern}/cgroup.subtree_control", "+memory");
            Directory.CreateDirectory(group);
            File.WriteAllText($"{group}/{(isModern ? "memory.max" : "memory.limit_in_bytes")}", bytes.ToString(CultureInfo.InvariantCulture));
            return new(group, isModern);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A command that starts another in this group.</summary>
    public IEnumerable<string> Around(IEnumerable<string> command) => ["sh", "-c", $"echo $$ > {group}/cgroup.procs && exec \"$@\"", "sh", .. command];

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(group);

    private long Read(string name) => long.Parse(File.ReadAllText($"{group}/{name}"), CultureInfo.InvariantCulture);

    private long Counter(string name, string counter) => File.ReadLines($"{group}/{name}").Select(line => line.Split(' '))
        .Where(line => line[0] == counter).Select(line => long.Parse(line[1], CultureInfo.InvariantCulture)).FirstOrDefault();
}
