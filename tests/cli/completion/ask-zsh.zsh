# Usage: zsh -f ask-zsh.zsh SCRIPT LINE FOLDER
# Types LINE and a TAB into an interactive zsh that has read SCRIPT, and prints what completion adds.
script=$1 line=$2 folder=$3
cat > $folder/init.zsh <<EOF
PS1= PS2= RPS1=
autoload -Uz compinit
compinit -u -D
source ${(q)script}
bindkey '^I' complete-word
unsetopt zle_bracketed_paste 2>/dev/null
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "\$@"
    return
  fi
  typeset -a hits_
  builtin compadd -A hits_ "\$@"
  (( \$#hits_ )) && print -rl -- \$IPREFIX\$^hits_ >> ${(q)folder}/offered
  builtin compadd "\$@"
}
comppostfuncs=( leave )
leave() { exit }
print -r ready
EOF
zmodload zsh/zpty
zpty inner "cd ${(q)folder}; exec zsh -f -i"
zpty -w inner "source ${(q)folder}/init.zsh"
while zpty -r inner text; do [[ $text == *ready* && $text != *source* ]] && break; done
zpty -w -n inner "$line"$'\t'
while zpty -r inner text; do :; done
[[ -e $folder/offered ]] && sort -u $folder/offered
exit 0
