package io.elanus.proxy;

import io.elanus.roles.Directory;
import io.elanus.roles.ResourceGroups;
import io.elanus.roles.ResourceGroups.Command;
import java.util.List;

/** Resource groups: names are checked here, all else by QueryCoord. */
final class GroupOperations {
  private final Directory directory;

  GroupOperations(Directory directory) {
    this.directory = directory;
  }

  void arrange(Command command) {
    switch (command) {
      case Command.Create create -> NameChecks.checkResourceGroup(create.name());
      case Command.Update update ->
          update.configs().keySet().forEach(NameChecks::checkResourceGroup);
      case Command.Drop drop -> {} // what cannot be there need not be dropped
      case Command.TransferNodes transfer -> {
        NameChecks.checkResourceGroup(transfer.source());
        NameChecks.checkResourceGroup(transfer.target());
      }
      case Command.TransferReplicas transfer -> {
        NameChecks.checkResourceGroup(transfer.source());
        NameChecks.checkResourceGroup(transfer.target());
      }
    }
    directory.queryCoord().arrange(command);
  }

  List<String> names() {
    return directory.queryCoord().resourceGroups();
  }

  ResourceGroups.Group describe(String name) {
    return directory.queryCoord().resourceGroup(name);
  }
}
