"""Checks what deploy/ would start: that every setting, role and port named there is one of Elanus, that manifests hang together.

    check.py --launcher ./elanus [--helm build/servers/helm/helm]

The chart is rendered as one process, as a cluster with everything switched on, and refused where something needed is missing. Without helm
only the other files are checked.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "elanus"
ROLES = {"proxy", "mixcoord", "rootcoord", "datacoord", "querycoord", "indexcoord", "streamingnode", "querynode", "datanode", "indexnode"}
PORTS = {"milvus": "grpc.port", "metrics": "http.port", "roles": "node.port"}


class Problems:
    """What was found, and how much was looked at."""

    def __init__(self):
        self.found = []
        self.checks = 0

    def expect(self, holds, sentence):
        self.checks += 1
        if not holds:
            self.found.append(sentence)


def settings_of(launcher):
    """Every key with its default."""
    listed = subprocess.run([launcher, "settings"], check=True, capture_output=True, text=True).stdout
    return {line.split()[0]: line[31:].split(" ", 1)[0] for line in listed.splitlines() if line.strip()}


def check_command(problems, where, words, settings):
    """The arguments of `elanus start` as a container or unit gives them."""
    problems.expect(words[0] == "start", f"{where}: {words[0]} is not start")
    options = {"--config", "--data", "--set", "--port", "--http-port"}
    rest = iter(words[1:])
    for word in rest:
        if word.startswith("--roles="):
            unknown = set(word.removeprefix("--roles=").split(",")) - ROLES
            problems.expect(not unknown, f"{where}: there are no roles {unknown}")
            continue
        problems.expect(word in options, f"{where}: start has no option {word}")
        value = next(rest, "")
        if word == "--set":
            key = value.split("=", 1)[0]
            problems.expect(key in settings, f"{where}: there is no setting {key}")


def check_settings(problems, where, text, settings, variables):
    """A settings file; what it reads from the environment must be given."""
    values = yaml.safe_load(text) or {}
    for key, value in values.items():
        problems.expect(key in settings, f"{where}: there is no setting {key}")
        for name in re.findall(r"\$\{(\w+)}", str(value)):
            problems.expect(name in variables, f"{where}: {key} names {name}, which is given to nobody")
    return values


def check_pod(problems, where, manifest, configs, settings):
    pod = manifest["spec"]["template"]["spec"]
    problems.expect(pod["securityContext"].get("runAsNonRoot") is True, f"{where}: runs as root")
    problems.expect(pod["terminationGracePeriodSeconds"] >= 30, f"{where}: has no time to hand over")
    volumes = {volume["name"] for volume in pod["volumes"]}
    for container in pod["containers"]:
        check_command(problems, where, container["args"], settings)
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            get = container.get(probe, {}).get("httpGet", {})
            problems.expect(get.get("port") in ports, f"{where}: {probe} asks no port of the container")
            problems.expect(get.get("path") in ("/livez", "/healthz"), f"{where}: {probe} asks an unknown path")
        context = container["securityContext"]
        problems.expect(context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"], f"{where}: may more than it needs")
        problems.expect({mount["name"] for mount in container["volumeMounts"]} == volumes, f"{where}: volumes and mounts differ")
        variables = {each["name"] for each in container["env"]}
        problems.expect("ELANUS_HEAP_MB" in variables, f"{where}: the heap has no bound")
        config = next(volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume)
        problems.expect(config in configs, f"{where}: there is no ConfigMap {config}")
        values = check_settings(problems, where, configs[config]["elanus.yaml"], settings, variables)
        for name, port in ports.items():
            problems.expect(values.get(PORTS[name]) == port, f"{where}: port {name} is {port}, the setting says {values.get(PORTS[name])}")
        for key in ("etcd.password", "s3.access.key", "s3.secret.key"):
            problems.expect("$" in str(values.get(key, "$")), f"{where}: {key} stands in a ConfigMap")


def selects(selector, manifests):
    """Workloads whose pods have these labels."""
    return [m for m in manifests if m["kind"] == "Deployment" and selector.items() <= m["spec"]["template"]["metadata"]["labels"].items()]


def check_manifests(problems, which, rendered, settings, components):
    manifests = [manifest for manifest in yaml.safe_load_all(rendered) if manifest]
    configs = {m["metadata"]["name"]: m["data"] for m in manifests if m["kind"] == "ConfigMap"}
    names = [(m["kind"], m["metadata"]["name"]) for m in manifests]
    problems.expect(len(names) == len(set(names)), f"{which}: a name is given twice")
    found = {m["metadata"]["labels"]["component"] for m in manifests if m["kind"] == "Deployment"}
    problems.expect(found == components, f"{which}: has {found}")
    for manifest in manifests:
        where = f"{which}: {manifest['kind']} {manifest['metadata']['name']}"
        spec = manifest.get("spec", {})
        if manifest["kind"] == "Deployment":
            check_pod(problems, where, manifest, configs, settings)
            problems.expect(len(selects(spec["selector"]["matchLabels"], manifests)) == 1, f"{where}: selects others, too")
        elif manifest["kind"] == "Service":
            chosen = selects(spec["selector"], manifests)
            problems.expect(chosen, f"{where}: selects nothing")
            for port in spec["ports"]:
                for workload in chosen:
                    ports = {p["name"] for c in workload["spec"]["template"]["spec"]["containers"] for p in c["ports"]}
                    problems.expect(port["targetPort"] in ports, f"{where}: {workload['metadata']['name']} has no port {port['targetPort']}")
        elif manifest["kind"] == "PodDisruptionBudget":
            problems.expect(len(selects(spec["selector"]["matchLabels"], manifests)) == 1, f"{where}: selects nothing")
        elif manifest["kind"] == "HorizontalPodAutoscaler":
            target = next(m for m in manifests if m["kind"] == "Deployment" and m["metadata"]["name"] == spec["scaleTargetRef"]["name"])
            problems.expect("replicas" not in target["spec"], f"{where}: an upgrade would set its replicas back")
    return {m["kind"] for m in manifests}


def render(helm, *arguments):
    return subprocess.run([helm, "template", "test", str(CHART), "--kube-version", "1.31.0", *arguments], capture_output=True, text=True)


def check_chart(problems, helm, settings):
    everything = str(CHART / "ci" / "cluster-values.yaml")
    for arguments in ([], ["-f", everything]):
        linted = subprocess.run([helm, "lint", "--strict", str(CHART), *arguments], capture_output=True, text=True)
        problems.expect(linted.returncode == 0, f"helm lint: {linted.stdout}")
    one = render(helm)
    problems.expect(one.returncode == 0, f"standalone: {one.stderr}")
    kinds = check_manifests(problems, "standalone", one.stdout, settings, {"standalone"})
    problems.expect("PersistentVolumeClaim" in kinds, "standalone: keeps nothing")
    problems.expect("ServiceMonitor" not in kinds, "standalone: monitors unasked")
    all_parts = {"mixcoord", "streamingnode", "querynode", "datanode", "indexnode", "proxy"}
    cluster = render(helm, "-f", everything)
    problems.expect(cluster.returncode == 0, f"cluster: {cluster.stderr}")
    kinds = check_manifests(problems, "cluster", cluster.stdout, settings, all_parts)
    problems.expect({"ServiceMonitor", "HorizontalPodAutoscaler", "PodDisruptionBudget"} <= kinds, f"cluster: has only {kinds}")
    plain = render(helm, "-f", everything, "--set", "indexNode.enabled=false,externalEtcd.user=,externalS3.existingSecret=,externalKafka.securityProtocol=PLAINTEXT")
    check_manifests(problems, "cluster without secrets", plain.stdout, settings, all_parts - {"indexnode"})
    problems.expect("--roles=datanode,indexnode" in plain.stdout, "cluster without secrets: nobody builds indexes")
    lacking = render(helm, "--set", "cluster.enabled=true")
    problems.expect(lacking.returncode != 0 and "externalKafka.brokerList" in lacking.stderr, "a cluster without stores is not refused")


def check_compose(problems, settings):
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    values = check_settings(problems, "compose", compose["configs"]["cluster"]["content"], settings, set())
    roles = set()
    for name, service in compose["services"].items():
        where = f"compose: {name}"
        problems.expect(service["profiles"] in (["standalone"], ["cluster"]), f"{where}: belongs to no profile")
        for other in service.get("depends_on", {}):
            problems.expect(other in compose["services"], f"{where}: depends on {other}, which is not there")
        for volume in service.get("volumes", []):
            problems.expect(volume.split(":")[0] in compose["volumes"], f"{where}: volume {volume} is not there")
        for port in service.get("ports", []):
            problems.expect(port.startswith("127.0.0.1:"), f"{where}: port {port} is open to others")
        if service["image"].startswith("elanus:") and "command" in service:
            check_command(problems, where, service["command"], settings)
            problems.expect(f"node.host={name}" in service["command"], f"{where}: others look for it elsewhere")
            roles |= {role for word in service["command"] if word.startswith("--roles=") for role in word[8:].split(",")}
    problems.expect(roles == {"mixcoord", "streamingnode", "querynode", "datanode", "indexnode", "proxy"}, f"compose: runs only {roles}")
    for key in ("kafka.bootstrap.servers", "etcd.endpoints"):
        problems.expect(values[key].split(":")[0] in compose["services"], f"compose: {key} names no service")


def check_image(problems, settings):
    lines = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text()).splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    problems.expect(re.findall(r"^FROM (\S+)", text, re.M)[0] == re.findall(r"^FROM (\S+)", text, re.M)[1], "image: the archive is of another JDK")
    problems.expect(re.search(r"^USER 10001", text, re.M), "image: runs as root")
    problems.expect("curl" not in text and "wget" not in text, "image: asks for a tool that it does not have")
    exposed = re.search(r"^EXPOSE (.*)", text, re.M).group(1).split()
    problems.expect(exposed == [settings["grpc.port"], settings["http.port"]], f"image: exposes {exposed}")
    command = yaml.safe_load(re.search(r"^CMD (.*)", text, re.M).group(1))
    check_command(problems, "image", command, settings)


def check_unit(problems, settings):
    unit = (DEPLOY / "elanus.service").read_text()
    command = re.search(r"^ExecStart=(.*)", unit, re.M).group(1).split()
    check_command(problems, "unit", command[1:], settings)
    check_settings(problems, "elanus.yaml", (DEPLOY / "elanus.yaml").read_text(), settings, set())
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        print("systemd-analyze is not here: the unit's directives are not judged")
        return
    with tempfile.TemporaryDirectory() as folder:
        there = pathlib.Path(folder) / "elanus.service"
        there.write_text(re.sub(r"^Documentation=.*\n", "", unit.replace(command[0], "/bin/true", 1), flags=re.M).replace(command[0], "/bin/true"))
        judged = subprocess.run([analyze, "verify", str(there)], capture_output=True, text=True, env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"})
        problems.expect(judged.returncode == 0, f"unit: {judged.stderr}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--launcher", default=str(ROOT / "elanus"))
    parser.add_argument("--helm", help="the helm client")
    arguments = parser.parse_args()
    settings = settings_of(arguments.launcher)
    problems = Problems()
    check_compose(problems, settings)
    check_image(problems, settings)
    check_unit(problems, settings)
    if arguments.helm:
        check_chart(problems, arguments.helm, settings)
    else:
        print("the chart is left out: there is no helm client, which ./elanus test charts builds")
    for sentence in problems.found:
        print("WRONG " + sentence)
    print(f"{problems.checks - len(problems.found)} passed, {len(problems.found)} failed")
    return 1 if problems.found else 0


if __name__ == "__main__":
    sys.exit(main())
